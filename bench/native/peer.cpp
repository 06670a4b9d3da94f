// The functions that peers_native.py calls, the same for every library.

#include <cstdio>
#include <exception>

#include "peer.h"

extern "C" {

// The peer, or null and why there is none.
Peer *prepare(const Problem *problem, int variant, char *message, int length) {
    try {
        return make(*problem, variant);
    } catch (const std::exception &error) {
        std::snprintf(message, length, "%s", error.what());
        return nullptr;
    }
}

void run(Peer *peer, int runs) {
    for (int i = 0; i < runs; i++) peer->run();
}

void output(Peer *peer, float *values) { peer->output(values); }
}
