# syntax=docker/dockerfile:1
# The worker's image, for linux/amd64: one static-Swift binary and the C libraries it links.
#
#     docker build --platform linux/amd64 -t martlet .
#     docker run --read-only --tmpfs /tmp -v "$PWD/demo:/data" martlet inspect /data/shards/train

FROM docker.io/library/swift:6.3-bookworm AS build
RUN apt-get update -q \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        libbrotli-dev libdeflate-dev liblapacke-dev libopenblas-pthread-dev libsnappy-dev \
        libzstd-dev pkg-config zlib1g-dev \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /src

# The dependencies first, in a layer that a change of ours does not undo.
COPY Package.swift Package.resolve[d] ./
RUN swift package resolve

COPY Sources Sources
COPY Tests Tests
# What `martlet --version` names: --build-arg MARTLET_COMMIT=$(git rev-parse --short=12 HEAD)
ARG MARTLET_COMMIT=
RUN swift build -c release --static-swift-stdlib --product martlet \
    && install -D .build/release/martlet /image/usr/local/bin/martlet \
    && strip /image/usr/local/bin/martlet

# Exactly the shared libraries that the program asks for, beyond those of the base image.
RUN ldd /image/usr/local/bin/martlet | awk '$2 == "=>" { print $3 }' | sort -u >/tmp/libraries \
    && ! grep -q 'openblas-serial' /tmp/libraries \
    && while read -r library; do \
        case "$(basename "$library")" in \
            libc.so.* | libm.so.* | libpthread.so.* | libdl.so.* | librt.so.*) ;; \
            *) install -D "$library" "/image/usr/local/lib/martlet/$(basename "$library")" ;; \
        esac; \
    done </tmp/libraries \
    && install -D /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ca-certificates.crt \
    && install -d -o 10001 -g 10001 /image/scratch

FROM docker.io/library/debian:bookworm-slim
COPY --from=build /image /
# OpenBLAS's own threads would only compete with the program's.
ENV LD_LIBRARY_PATH=/usr/local/lib/martlet \
    OPENBLAS_NUM_THREADS=1
LABEL org.opencontainers.image.title="martlet" \
    org.opencontainers.image.description="Trains and scores models on Parquet shards" \
    org.opencontainers.image.licenses="Apache-2.0"
USER 10001:10001
# Checkpoint and answer; Spot gives two minutes.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/martlet"]
CMD ["--help"]
