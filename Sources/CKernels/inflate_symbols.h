// The loop over the symbols of STREAMS blocks at the same time, for one level of instructions. The
// includer defines NAME and TARGET.
//
// Where a code ends is known only when it has been looked up, so one stream leaves most of the
// processor idle; the streams' chains of look-ups run side by side.
#define EACH _Pragma("unroll") for (int k = 0; k < STREAMS; k++)

// Bits beyond the lowest 6 of a count are of no meaning here.
#define FILL(k)                                      \
    bits[k] |= load_64(in[k]) << (count[k] & 63);    \
    in[k] += ~count[k] >> 3 & 7;                     \
    count[k] |= 56;

#define TAKE(k, entry)          \
    bits[k] >>= (entry) & 63;   \
    count[k] -= (entry);

// One symbol of each stream while all of them are literals.
#define LITERALS                                                              \
    all = LITERAL;                                                            \
    EACH {                                                                    \
        entries[k] = streams[k].symbols[bits[k] & SYMBOL_MASK];               \
        all &= entries[k];                                                    \
    }                                                                         \
    if (!all) goto others;                                                    \
    EACH {                                                                    \
        *out[k]++ = (uint8_t)(entries[k] >> 8);                               \
        TAKE(k, entries[k])                                                   \
    }

// Goes on until a stream ends its block, is broken, or comes too near to the end of its memory.
TARGET static void NAME(martlet_inflate_stream *streams) {
    const uint8_t *in[STREAMS], *in_end[STREAMS];
    uint8_t *out[STREAMS], *out_end[STREAMS];
    uint64_t bits[STREAMS], count[STREAMS];
    EACH {
        in[k] = streams[k].source;
        in_end[k] = streams[k].source_end;
        out[k] = streams[k].target;
        out_end[k] = streams[k].target_end - STEP_BYTES;
        bits[k] = streams[k].bits;
        count[k] = streams[k].bit_count;
    }
    for (int ended = 0; !ended;) {
        int has_room = 1;
        EACH has_room &= (in[k] < in_end[k]) & (out[k] <= out_end[k]);
        if (!has_room) break;
        EACH { FILL(k) }
        uint32_t entries[STREAMS], all;
        // 5 codes of at most SYMBOL_BITS are in 56 bits.
        LITERALS LITERALS LITERALS LITERALS LITERALS
        continue;
    others:
        EACH {
            // A literal, or a length and a distance: at most 48 bits.
            FILL(k)
            uint32_t entry = entries[k];
            if (!(entry & LITERAL) && entry & TABLE) {
                TAKE(k, SYMBOL_BITS)
                entry = streams[k].symbols[place(entry, bits[k])];
            }
            uint64_t held = bits[k];
            TAKE(k, entry)
            if (entry & LITERAL) {
                *out[k]++ = (uint8_t)(entry >> 8);
                continue;
            }
            if (entry & (END | BROKEN)) {
                streams[k].state = entry & END ? AT_HEADER : IS_BROKEN;
                ended = 1;
                continue;
            }
            size_t length = number(entry, held);
            uint32_t far = streams[k].distances[bits[k] & DISTANCE_MASK];
            if (far & TABLE) {
                TAKE(k, DISTANCE_BITS)
                far = streams[k].distances[place(far, bits[k])];
            }
            size_t distance = number(far, bits[k]);
            TAKE(k, far)
            if (distance - 1 >= (size_t)(out[k] - streams[k].target_start)) {
                streams[k].state = IS_BROKEN;
                ended = 1;
                continue;
            }
            copy_match(out[k], distance, length);
            out[k] += length;
        }
    }
    EACH {
        streams[k].source = in[k];
        streams[k].target = out[k];
        streams[k].bits = bits[k];
        streams[k].bit_count = count[k] & 63;
    }
}

#undef STREAMS
#undef NAME
#undef EACH
#undef FILL
#undef TAKE
#undef LITERALS
