#!/usr/bin/env bash
# Checks the crate on instruction sets that the machine at hand need not have: NEON, WebAssembly's vectors, x86-64 with nothing above SSE,
# and a microcontroller. Not a part of what every change has to pass: it installs compilers and emulators from Debian's packages, for
# which it needs root or sudo, once. A part that cannot run here is skipped, and says what it lacks; only a wrong result fails.
set -euo pipefail
cd "$(dirname "$0")/.."

# Debian's compiler, whatever else there is: its package has the standard library of other architectures, and its source.
export RUSTC=/usr/bin/rustc
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-target}/portable"
readonly RUSTLIB=/usr/lib/rustlib
readonly DEBIAN_RUST=(/usr/bin/rustc=rustc-web /usr/bin/cargo=cargo-web /usr/bin/cc=gcc)
readonly OLDEST_RUST=1.89

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
table=() # part|result|figures, or why
failed=0

main() {
    part neon "AArch64, NEON" "${DEBIAN_RUST[@]}" "$RUSTLIB/aarch64-unknown-linux-gnu=libstd-rust-web-dev:arm64" \
        /usr/bin/aarch64-linux-gnu-gcc=gcc-aarch64-linux-gnu /usr/aarch64-linux-gnu/lib/libc.a=libc6-dev-arm64-cross \
        /usr/bin/qemu-aarch64=qemu-user
    part sse "x86-64, SSE alone" "${DEBIAN_RUST[@]}" /usr/bin/qemu-x86_64=qemu-user
    part scalar "x86-64, scalar" "${DEBIAN_RUST[@]}" /usr/bin/qemu-x86_64=qemu-user
    part microcontroller "thumbv7em, no heap" "${DEBIAN_RUST[@]}" "$RUSTLIB/src/rust/library=rust-web-src"
    part wasm "WebAssembly, SIMD128" "${DEBIAN_RUST[@]}" "$RUSTLIB/src/rust/library=rust-web-src" \
        /usr/bin/wasm-ld-19=lld-19 /usr/lib/wasm32-wasi/libc.a=wasi-libc /usr/bin/node=nodejs
    print_table
    return "$failed"
}

# part FUNCTION NAME FILE=PACKAGE...: calls the function if all files are there, after an attempt to install the packages of those that
# are not, and notes what came of it. The function prints what it does, and writes its figures to $figures.
part() {
    local function=$1 name=$2 started=$SECONDS lacks status
    shift 2
    printf '\n== %s\n' "$name"
    install_missing "$@"
    lacks=$(missing "$@")
    if [[ -n $lacks ]]; then
        note "$name" skipped "not installed, of Debian's packages: ${lacks//$'\n'/, }"
        return
    fi
    if ! rust_is_new_enough; then
        note "$name" skipped "$("$RUSTC" --version) is older than $OLDEST_RUST, which Debian's rustc-web has to be"
        return
    fi
    figures=$work/$function
    # Not in a condition, where `set -e` would not hold inside.
    set +e
    (
        set -e
        "$function"
    )
    status=$?
    set -e
    if [[ $status == 0 ]]; then
        note "$name" passed "$(paste -sd ';' "$figures" | sed 's/;/; /g'); $((SECONDS - started)) s"
    else
        note "$name" failed "see above"
        failed=1
    fi
}

note() {
    table+=("$1|$2|$3")
    printf '%s: %s: %s\n' "$@"
}

print_table() {
    local row name result figures_of
    printf '\n%-22s %-8s %s\n' part result 'figures, or why'
    for row in "${table[@]}"; do
        IFS='|' read -r name result figures_of <<<"$row"
        printf '%-22s %-8s %s\n' "$name" "$result" "$figures_of"
    done
}

# The packages of the files, each written FILE=PACKAGE, that are not there.
missing() {
    local pair
    for pair in "$@"; do
        [[ -e ${pair%%=*} ]] || printf '%s\n' "${pair#*=}"
    done | sort -u
}

# Installs them, if this is Debian and we may. What that brings is seen by `missing` again.
install_missing() {
    local packages
    mapfile -t packages < <(missing "$@")
    [[ ${#packages[@]} != 0 ]] && command -v apt-get >/dev/null || return 0
    printf 'to install: %s\n' "${packages[*]}"
    if ! { refresh_packages && install "${packages[@]}"; } >"$work/apt" 2>&1; then
        printf 'that did not work:\n'
        tail -n 5 "$work/apt"
    fi
}

# The lists of packages, once; with those of arm64, whose standard library is a package of that architecture.
refresh_packages() {
    [[ ! -e $work/refreshed ]] || return 0
    as_root dpkg --add-architecture arm64 && as_root apt-get update -qq && touch "$work/refreshed"
}

install() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends "$@"
}

as_root() {
    if [[ $(id -u) == 0 ]]; then "$@"; else sudo -n "$@"; fi
}

rust_is_new_enough() {
    local version
    version=$("$RUSTC" --version | cut -d ' ' -f 2)
    [[ $(printf '%s\n' "$OLDEST_RUST" "$version" | sort -V | head -n 1) == "$OLDEST_RUST" ]]
}

# build TARGET FLAGS ARGUMENT...: as users build it, optimised. The flags are the target's alone, and any warning fails.
build() {
    local target=$1 flags=$2
    shift 2
    RUSTFLAGS="-D warnings $flags" /usr/bin/cargo rustc --quiet --locked --release --package toeplitz-portable --target "$target" "$@"
}

# check COMMAND...: runs the layers, whose last line is the figures; the command names the levels that there have to be.
check() {
    "$@" >"$work/reports" || { cat "$work/reports" && return 1; }
    tail -n 1 "$work/reports" | tee -a "$figures"
}

# Static, for lack of a system's libraries that belong together.
neon() {
    local target=aarch64-unknown-linux-gnu
    CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc build $target "-C target-feature=+crt-static" --bin portable
    check qemu-aarch64 "$CARGO_TARGET_DIR/$target/release/portable" NEON
}

# Nehalem is the last without AVX, Conroe is before SSE4.2: what such a CPU lacks, the emulated one refuses to run.
sse() {
    local target=x86_64-unknown-linux-gnu
    build $target "" --bin portable
    check qemu-x86_64 -cpu Nehalem "$CARGO_TARGET_DIR/$target/release/portable" SSE4.2 SSE2
    check qemu-x86_64 -cpu Conroe "$CARGO_TARGET_DIR/$target/release/portable" SSE2
}

scalar() {
    local target=x86_64-unknown-linux-gnu
    build $target "" --bin portable --features scalar
    check qemu-x86_64 -cpu Conroe "$CARGO_TARGET_DIR/$target/release/portable" SSE2 scalar
}

# There is no `alloc` to be found: of the standard library only `core` is built.
microcontroller() {
    local target=thumbv7em-none-eabihf object=$work/first_layer.o
    RUSTC_BOOTSTRAP=1 build $target "" --lib --no-default-features -Zbuild-std=core -- --emit "obj=$object"
    # Code without constants, of all functions of the crate: `new` and `forward`.
    size -A "$object" | awk '$1 ~ /^\.text/ { bytes += $2 } END { if (!bytes) exit 1; print "first layer: " bytes " bytes of text" }' |
        tee "$figures"
}

wasm() {
    local target=wasm32-wasip1
    # What an older wasi-libc has no name for is left to `run.mjs`.
    CARGO_TARGET_WASM32_WASIP1_LINKER=wasm-ld-19 RUSTC_BOOTSTRAP=1 build $target \
        "-C target-feature=+simd128 -C linker-flavor=wasm-ld -L /usr/lib/wasm32-wasi -C link-arg=--allow-undefined" \
        --bin portable -Zbuild-std=std,panic_abort
    check /usr/bin/node --no-warnings tests/portable/run.mjs "$CARGO_TARGET_DIR/$target/release/portable.wasm" SIMD128
}

main
