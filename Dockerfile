# syntax=docker/dockerfile:1
# The worker's image, for linux/amd64: one static-Swift binary, the C libraries that it links, and
# nothing else: no shell, no package manager.
#
#     docker build --platform linux/amd64 -t martlet .
#     docker run --read-only -v "$PWD/demo:/data" martlet inspect /data/shards/train
#
# A program that is built already can take the place of the stage that builds it:
#
#     docker build --platform linux/amd64 --build-context program=FOLDER -t martlet .

FROM docker.io/library/swift:6.3-bookworm AS toolchain
RUN apt-get update -q \
    && DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        libbrotli-dev libdeflate-dev liblapacke-dev libopenblas-pthread-dev libsnappy-dev \
        libzstd-dev pkg-config zlib1g-dev binutils ca-certificates \
    && rm -rf /var/lib/apt/lists/*

FROM toolchain AS build
WORKDIR /src
# The dependencies first, in a layer that a change of ours does not undo.
COPY Package.swift Package.resolve[d] ./
RUN swift package resolve
COPY Sources Sources
COPY Tests Tests
# What `martlet --version` names: --build-arg MARTLET_COMMIT=$(git rev-parse --short=12 HEAD)
ARG MARTLET_COMMIT=
RUN swift build -c release --static-swift-stdlib --product martlet

FROM scratch AS program
COPY --from=build /src/.build/release/martlet /martlet

# Exactly the shared libraries that the program asks for, where its loader looks for them.
FROM toolchain AS files
COPY --from=program /martlet /image/usr/local/bin/martlet
RUN strip /image/usr/local/bin/martlet && chmod 755 /image/usr/local/bin/martlet \
    && ldd /image/usr/local/bin/martlet | awk '$2 == "=>" { print $3 }' | sort -u >/tmp/libraries \
    && ! grep -q 'openblas-serial' /tmp/libraries \
    && while read -r library; do \
        install -D -m 644 "$library" "/image/lib/x86_64-linux-gnu/$(basename "$library")"; \
    done </tmp/libraries \
    && install -D -m 755 /lib64/ld-linux-x86-64.so.2 /image/lib64/ld-linux-x86-64.so.2 \
    && install -D -m 644 /etc/ssl/certs/ca-certificates.crt \
        /image/etc/ssl/certs/ca-certificates.crt \
    && install -d /image/tmp /image/proc /image/dev /image/sys \
    && printf 'hosts: files dns\n' >/image/etc/nsswitch.conf \
    && install -d -o 10001 -g 10001 /image/scratch \
    && chmod 1777 /image/tmp \
    # The same files make the same layer.
    && find /image -exec touch -h -d @0 {} +

FROM scratch
COPY --from=files /image /
# OpenBLAS's own threads would only compete with the program's. Without a home of its own.
ENV OPENBLAS_NUM_THREADS=1 \
    HOME=/scratch \
    TMPDIR=/scratch
LABEL org.opencontainers.image.title="martlet" \
    org.opencontainers.image.description="Trains and scores models on Parquet shards" \
    org.opencontainers.image.licenses="Apache-2.0"
USER 10001:10001
WORKDIR /scratch
# The one place that is written to; as a volume it takes its owner from here, in Fargate too.
VOLUME ["/scratch"]
# Checkpoint and answer; Spot gives two minutes.
STOPSIGNAL SIGTERM
ENTRYPOINT ["/usr/local/bin/martlet"]
CMD ["--help"]
