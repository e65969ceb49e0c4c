// Numbers from bytes that may lie at any address, in the machine's order, which is little-endian.
#ifndef MARTLET_LOADS_H
#define MARTLET_LOADS_H

#include <stdint.h>
#include <string.h>

static inline uint32_t load_32(const uint8_t *place) {
    uint32_t value;
    memcpy(&value, place, sizeof value);
    return value;
}

static inline uint64_t load_64(const uint8_t *place) {
    uint64_t value;
    memcpy(&value, place, sizeof value);
    return value;
}

#endif
