// oneDNN: a convolution in the layouts that it prefers. Weights are put into them beforehand, and so is the input.

#include <oneapi/dnnl/dnnl.hpp>
#include <stdexcept>
#include <type_traits>
#include <unordered_map>

#include "peer.h"

using namespace dnnl;
using Dims = memory::dims;

namespace {

// Channels first, without gaps.
memory::desc plain(const Dims &dims) {
    Dims strides(dims.size(), 1);
    for (size_t axis = dims.size() - 1; axis > 0; axis--) strides[axis - 1] = strides[axis] * dims[axis];
    return {dims, memory::data_type::f32, strides};
}

memory::desc any(const Dims &dims) { return {dims, memory::data_type::f32, memory::format_tag::any}; }

struct Convolution : Peer {
    engine cpu{engine::kind::cpu, 0};
    stream queue{cpu};
    primitive operation;
    std::unordered_map<int, memory> arguments;
    memory plain_output;

    Convolution(const Problem &p, algorithm kind) {
        auto axes = [&](const int *sizes) { return Dims(sizes, sizes + p.rank); };
        auto join = [](Dims dims, const Dims &rest) {
            dims.insert(dims.end(), rest.begin(), rest.end());
            return dims;
        };
        Dims source = join({p.images, p.in_c}, axes(p.size)), target = join({p.images, p.out_c}, axes(p.output));
        Dims weights = join({p.out_c / p.groups, p.in_c / p.groups}, axes(p.kernel)), strides(p.rank, p.stride);
        if (p.groups > 1) weights.insert(weights.begin(), p.groups);
        if (p.transposed) {
            prepare(deconvolution_forward::primitive_desc(
                        {prop_kind::forward_inference, algorithm::deconvolution_direct, any(source), any(weights), plain({p.out_c}),
                         any(target), strides, axes(p.before), axes(p.after)},
                        cpu),
                    p, source, weights, target);
        } else {
            prepare(convolution_forward::primitive_desc({prop_kind::forward_inference, kind, any(source), any(weights),
                                                         plain({p.out_c}), any(target), strides, axes(p.before), axes(p.after)},
                                                        cpu),
                    p, source, weights, target);
        }
    }

    template <typename Description>
    void prepare(const Description &description, const Problem &p, const Dims &source, const Dims &weights, const Dims &target) {
        arguments[DNNL_ARG_SRC] = converted(p.input, plain(source), description.src_desc());
        arguments[DNNL_ARG_WEIGHTS] = converted(p.weights, plain(weights), description.weights_desc());
        arguments[DNNL_ARG_BIAS] = converted(p.bias, plain({p.out_c}), description.bias_desc());
        arguments[DNNL_ARG_DST] = memory(description.dst_desc(), cpu);
        plain_output = memory(plain(target), cpu);
        if constexpr (std::is_same_v<Description, deconvolution_forward::primitive_desc>) {
            operation = deconvolution_forward(description);
        } else {
            operation = convolution_forward(description);
        }
    }

    memory converted(const float *values, const memory::desc &from, const memory::desc &to) {
        memory theirs(from, cpu, const_cast<float *>(values)), ours(to, cpu);
        reorder(theirs, ours).execute(queue, theirs, ours);
        queue.wait();
        return ours;
    }

    void run() override {
        operation.execute(queue, arguments);
        queue.wait();
    }

    void output(float *values) override {
        plain_output.set_data_handle(values);
        reorder(arguments[DNNL_ARG_DST], plain_output).execute(queue, arguments[DNNL_ARG_DST], plain_output);
        queue.wait();
    }
};

}  // namespace

Peer *make(const Problem &problem, int variant) {
    if (problem.transposed && variant == 1) throw std::runtime_error("has no such convolution");
    return new Convolution(problem, variant == 0 ? algorithm::convolution_direct : algorithm::convolution_winograd);
}
