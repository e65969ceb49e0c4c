#!/usr/bin/env bash
# Builds the worker's image and checks it: build-image.sh FOLDER [PROGRAM_FOLDER]
#
# FOLDER gets the image in OCI layout. By Docker where a daemon answers, otherwise by buildah, which
# needs none. PROGRAM_FOLDER holds a `martlet` that is built already, with --static-swift-stdlib, in
# place of the stage that builds it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
output=$1
program=()
[ -z "${2:-}" ] || program=(--build-context "program=$(realpath "$2")")

rm -rf "$output"
mkdir -p "$output"
if docker info >/dev/null 2>&1; then
    SOURCE_DATE_EPOCH=0 docker buildx build --platform linux/amd64 --provenance=false \
        "${program[@]}" --output "type=oci,dest=$output,tar=false,rewrite-timestamp=true" .
elif command -v buildah >/dev/null; then
    # MARTLET_IMAGE_PULL=never takes the base image that is on this machine.
    buildah build --isolation chroot --layers --format oci --timestamp 0 \
        "--pull-${MARTLET_IMAGE_PULL:-always}" "${program[@]}" --tag martlet:local .
    buildah push --quiet --compression-format gzip martlet:local "oci:$output"
else
    echo "build-image: neither a Docker daemon nor buildah" >&2
    exit 1
fi
python3 Tests/EndToEndTests/check_image.py "$output"
