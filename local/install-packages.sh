#!/usr/bin/env bash
# Installs the system packages that the build and the tests need, on Debian and Ubuntu.
# Touches nothing, and needs neither network nor administrator, when all are there.
set -euo pipefail

packages=(
    libbrotli-dev # Brotli pages
    libdeflate-dev # gzip pages
    liblapacke-dev # the Cholesky factorisation of ridge regression
    # By name, because libopenblas-dev accepts any variant and the serial one gives wrong sums when
    # several threads call it at once.
    libopenblas-pthread-dev
    libsnappy-dev
    libzstd-dev
    pkg-config
    zlib1g-dev # async-http-client links it
)

if ! command -v dpkg-query >/dev/null; then
    echo "install-packages: neither Debian nor Ubuntu; install these: ${packages[*]}" >&2
    exit 1
fi

missing=()
for package in "${packages[@]}"; do
    status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
    [ "$status" = installed ] || missing+=("$package")
done
command -v python3 >/dev/null || missing+=(python3)
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)

if [ "${#missing[@]}" -gt 0 ]; then
    echo "install-packages: installing ${missing[*]}" >&2
    administrator=()
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || {
            echo "install-packages: needs root or sudo to install: ${missing[*]}" >&2
            exit 1
        }
        administrator=(sudo)
    fi
    "${administrator[@]}" apt-get update -qq
    "${administrator[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

# An installed serial variant that was chosen by hand would still win at run time.
library=$(/sbin/ldconfig -p | awk '/libopenblas\.so\.0 / && !found++ { print $NF }')
case "$(readlink -f "${library:-/}")" in
    *serial*)
        {
            echo "install-packages: $library is OpenBLAS's serial variant: not thread-safe."
            echo "Choose the pthread one:"
            echo "    update-alternatives --config libopenblas.so.0-$(uname -m)-linux-gnu"
        } >&2
        exit 1
        ;;
esac
