// libxsmm: its convolution, in its blocked layout or with channels last. Weights are put into it beforehand, and so is the input, with its
// padding around it. It knows no bias but adds to what the output holds, so that a pass begins with writing that.

#include <libxsmm.h>

#include <cstring>
#include <stdexcept>
#include <vector>

#include "peer.h"

namespace {

// Memory on a cache line.
struct Buffer {
    float *values;
    explicit Buffer(size_t bytes) : values(static_cast<float *>(libxsmm_aligned_malloc(bytes, 64))) { std::memset(values, 0, bytes); }
};

void check(libxsmm_dnn_err_t status) {
    if (status != LIBXSMM_DNN_SUCCESS) throw std::runtime_error(libxsmm_dnn_get_error(status));
}

// The problem, with axes of length one before those that it has, and with padding as part of its input.
libxsmm_dnn_conv_desc description(const Problem &p, bool last) {
    auto axis = [&](const int *sizes, int index) { return index < p.rank ? sizes[p.rank - 1 - index] : 1; };
    auto padded = [&](int index) { return index < p.rank ? axis(p.size, index) + axis(p.before, index) + axis(p.after, index) : 1; };
    libxsmm_dnn_conv_desc desc{};
    desc.N = p.images, desc.threads = 1;
    desc.C = p.in_c, desc.K = p.out_c;
    desc.H = padded(1), desc.W = padded(0);
    desc.R = axis(p.kernel, 1), desc.S = axis(p.kernel, 0);
    desc.u = p.rank > 1 ? p.stride : 1, desc.v = p.stride;
    desc.datatype_in = desc.datatype_out = LIBXSMM_DNN_DATATYPE_F32;
    desc.buffer_format = last ? LIBXSMM_DNN_TENSOR_FORMAT_NHWC : LIBXSMM_DNN_TENSOR_FORMAT_LIBXSMM;
    desc.filter_format = last ? LIBXSMM_DNN_TENSOR_FORMAT_RSCK : LIBXSMM_DNN_TENSOR_FORMAT_LIBXSMM;
    desc.algo = LIBXSMM_DNN_CONV_ALGO_DIRECT;
    desc.options = LIBXSMM_DNN_CONV_OPTION_NONE;
    desc.fuse_ops = LIBXSMM_DNN_CONV_FUSE_NONE;
    return desc;
}

std::vector<float> padded(const Problem &p, const libxsmm_dnn_conv_desc &desc) {
    int h = p.rank > 1 ? p.size[0] : 1, w = p.size[p.rank - 1], top = p.rank > 1 ? p.before[0] : 0, left = p.before[p.rank - 1];
    std::vector<float> image(size_t(desc.N) * desc.C * desc.H * desc.W);
    for (int c = 0; c < desc.N * desc.C; c++) {
        for (int y = 0; y < h; y++) {
            std::memcpy(&image[(size_t(c) * desc.H + y + top) * desc.W + left], p.input + (size_t(c) * h + y) * w, w * sizeof(float));
        }
    }
    return image;
}

struct Convolution : Peer {
    libxsmm_dnn_layer *layer;
    libxsmm_dnn_tensor *target;
    float *outputs;
    std::vector<float> bias;
    size_t images, block, pixels;

    Convolution(const Problem &p, bool last) : bias(p.bias, p.bias + p.out_c) {
        libxsmm_dnn_err_t status;
        libxsmm_dnn_conv_desc desc = description(p, last);
        layer = libxsmm_dnn_create_conv_layer(desc, &status);
        check(status);
        check(libxsmm_dnn_copyin_tensor(tensor(LIBXSMM_DNN_REGULAR_INPUT), padded(p, desc).data(), LIBXSMM_DNN_TENSOR_FORMAT_NCHW));
        check(libxsmm_dnn_copyin_tensor(tensor(LIBXSMM_DNN_REGULAR_FILTER), p.weights, LIBXSMM_DNN_TENSOR_FORMAT_KCRS));
        target = tensor(LIBXSMM_DNN_REGULAR_OUTPUT);
        outputs = static_cast<float *>(libxsmm_dnn_get_tensor_data_ptr(target, &status));
        check(status);
        size_t scratch = libxsmm_dnn_get_scratch_size(layer, LIBXSMM_DNN_COMPUTE_KIND_ALL, &status);
        check(status);
        check(libxsmm_dnn_bind_scratch(layer, LIBXSMM_DNN_COMPUTE_KIND_ALL, Buffer(scratch + 64).values));
        images = p.images, pixels = 1;
        for (int axis = 0; axis < p.rank; axis++) pixels *= p.output[axis];
    }

    // Memory in the layout that the layer wants it in.
    libxsmm_dnn_tensor *tensor(libxsmm_dnn_tensor_type type) {
        libxsmm_dnn_err_t status;
        libxsmm_dnn_tensor_datalayout *layout = libxsmm_dnn_create_tensor_datalayout(layer, type, &status);
        check(status);
        size_t bytes = libxsmm_dnn_get_tensor_size(layout, &status);
        check(status);
        libxsmm_dnn_tensor *tensor = libxsmm_dnn_link_tensor(layout, Buffer(bytes).values, &status);
        check(status);
        check(libxsmm_dnn_bind_tensor(layer, tensor, type));
        block = layout->dim_size[0];
        return tensor;
    }

    void run() override {
        float *next = outputs;
        for (size_t channel = 0; channel < images * bias.size(); channel += block) {
            const float *values = &bias[channel % bias.size()];
            for (size_t pixel = 0; pixel < pixels; pixel++, next += block) std::memcpy(next, values, block * sizeof(float));
        }
        libxsmm_dnn_execute_st(layer, LIBXSMM_DNN_COMPUTE_KIND_FWD, 0, 0);
    }

    void output(float *values) override { check(libxsmm_dnn_copyout_tensor(target, values, LIBXSMM_DNN_TENSOR_FORMAT_NCHW)); }
};

}  // namespace

Peer *make(const Problem &problem, int variant) {
    if (problem.rank > 2 || problem.groups > 1 || problem.transposed) throw std::runtime_error("has no such convolution");
    return new Convolution(problem, variant == 1);
}
