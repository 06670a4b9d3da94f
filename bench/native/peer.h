// What a library of C or C++ is given by peers_native.py, and what it has to give.
//
// Comes in: a convolution, channels first. Goes out: a `Peer`, which has converted and packed what it wants to, and runs.
#pragma once

// One convolution.
struct Problem {
    int images, rank, groups, transposed, stride, in_c, out_c;
    // An entry an axis. Of a transposed convolution `before` and `after` are cropped.
    int size[3], kernel[3], output[3], before[3], after[3];
    const float *input;    // [images, in_c, size]
    const float *weights;  // [out_c, in_c / groups, kernel]
    const float *bias;     // [out_c]
};

// A library that is ready to run.
struct Peer {
    virtual ~Peer() = default;
    virtual void run() = 0;
    // Writes the outputs of the last run: [images, out_c, output].
    virtual void output(float *values) = 0;
};

// To be written for each library. `variant` is one of those that its entry in peers_native.py has. Throws what is a std::exception if the
// library cannot do it.
Peer *make(const Problem &problem, int variant);
