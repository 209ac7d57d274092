#!/usr/bin/env bash
# One script for people and for CI:
#   eng/ci.sh build            everything for net10.0, what users get for net9.0 too; warnings are errors
#   eng/ci.sh format           fails when a file is not formatted as .editorconfig says
#   eng/ci.sh doors            fails when C is called or unsafe code stands outside Penstock.Linux and Penstock.Native, or a long file is not accounted for
#   eng/ci.sh test [ARGS]      all tests, and their sum on the last line; ARGS go to dotnet test
#   eng/ci.sh test-published   the namespace tests once more, with the published executable as the tunnel
#   eng/ci.sh bench NAME ...   bench/NAME/run, or the project bench/Penstock.Bench.NAME
#   eng/ci.sh soak NAME ...    bench/NAME/soak, or tests/soak/NAME
#   eng/ci.sh publish          ahead of time, at artifacts/publish: penstock, libhev-socks5-tunnel.so, libpenstock.so, libpenstock.a
#   eng/ci.sh package          Debian and NuGet packages from what publish left, at artifacts/package
set -euo pipefail
cd "$(dirname "$0")/.."

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
frameworks=(net10.0 net9.0)
rid=linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')

usage() {
    sed -n '2,12s/^# \{0,1\}//p' "$0"
    exit "${1:-0}"
}

build() {
    local project
    echo "build: ${frameworks[0]}"
    dotnet build -c Release Penstock.slnx -p:PenstockFramework="${frameworks[0]}" -nologo -v q
    echo "build: ${frameworks[1]}"
    for project in src/Penstock.Cli src/Penstock.Native; do # these two lead to all others under src
        dotnet build -c Release "$project" -p:PenstockFramework="${frameworks[1]}" -nologo -v q
    done
}

format() {
    # The SDK's own check, without restoring again: the build has done that.
    dotnet restore Penstock.slnx -nologo -v q
    dotnet format whitespace Penstock.slnx --no-restore --verify-no-changes
    dotnet format style Penstock.slnx --no-restore --verify-no-changes --severity warn
    # What dotnet format does not look at. Configurations of the tests are as users wrote them.
    local file bad=0
    while IFS= read -r -d '' file; do
        if grep -qI $'\r' "$file"; then echo "$file: carriage returns" >&2; bad=1; fi
        if [ -s "$file" ] && grep -qI . "$file" && [ -n "$(tail -c 1 "$file")" ]; then echo "$file: no line break at the end" >&2; bad=1; fi
    done < <(git ls-files -z -- '*.cs' '*.md' '*.yml' '*.sh' '*.csproj' '*.props' '*.slnx' '*.c' ':!tests/*/configurations/*')
    return "$bad"
}

# What the compiler does not refuse by itself.
doors() {
    local file lines bad=0
    if git grep -nwE 'LibraryImport|DllImport|NativeLibrary|UnmanagedCallersOnly|delegate\* *unmanaged' -- '*.cs' ':!src/Penstock.Linux/' ':!src/Penstock.Native/'; then
        echo "doors: C functions are imported in src/Penstock.Linux alone" >&2
        bad=1
    fi
    if git grep -nwE 'LibraryImport|DllImport|NativeLibrary' -- 'src/Penstock.Native/*.cs'; then
        echo "doors: src/Penstock.Native is called from C and imports nothing" >&2
        bad=1
    fi
    if git grep -nE '<AllowUnsafeBlocks>true' -- 'src/*.csproj' 'bench/*.csproj' '*.props' ':!src/Penstock.Linux/' ':!src/Penstock.Native/'; then
        echo "doors: unsafe code compiles in src/Penstock.Linux and src/Penstock.Native alone" >&2
        bad=1
    fi
    while IFS= read -r file; do
        lines=$(wc -l <"$file")
        if [ "$lines" -gt 400 ] && ! grep -qF "\`$file\`" ARCHITECTURE.md; then
            echo "doors: $file has $lines lines and is not in ARCHITECTURE.md, \"Files over 400 lines\"" >&2
            bad=1
        fi
    done < <(git ls-files -- '*.cs')
    [ "$bad" = 0 ] && echo "doors: shut"
}

# dotnet test tells a line for each project; the last line here is their sum.
run_tests() {
    local log status=0
    log=$(mktemp)
    DOTNET_CLI_UI_LANGUAGE=en dotnet test -c Release Penstock.slnx -nologo "$@" 2>&1 | tee "$log" || status=$?
    sed -nE 's/.*Failed: *([0-9]+), Passed: *([0-9]+), Skipped: *([0-9]+), Total:.*/\1 \2 \3/p' "$log" |
        awk '{ failed += $1; passed += $2; skipped += $3 } END { printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped }'
    rm -f "$log"
    return "$status"
}

# The first framework whose ahead-of-time compiler can be restored; PENSTOCK_FRAMEWORK overrides.
aot_framework() {
    local framework
    for framework in ${PENSTOCK_FRAMEWORK:-"${frameworks[@]}"}; do
        if dotnet restore src/Penstock.Cli -r "$rid" -p:PublishAot=true -p:PenstockFramework="$framework" -nologo -v q >&2; then
            echo "$framework"
            return
        fi
        echo "publish: no ahead-of-time compiler for $framework" >&2
    done
    return 1
}

publish() {
    local framework
    framework=$(aot_framework)
    rm -rf artifacts/publish
    # Always from the start: an executable must never be older than its sources.
    rm -rf "src/Penstock.Cli/obj/$framework/Release" src/Penstock.Cli/bin/Release/"$framework/$rid"
    dotnet publish src/Penstock.Cli -c Release -r "$rid" -p:PublishAot=true -p:PenstockFramework="$framework" -o artifacts/publish -nologo -v q
    rm -f artifacts/publish/*.dbg artifacts/publish/*.pdb artifacts/publish/*.xml
    publish_libraries "$framework"
    local file
    for file in artifacts/publish/*; do
        echo "publish: $framework, $(stat -c %s "$file") bytes, $file"
    done
    artifacts/publish/penstock --version
}

# Managed code and the C files of src/Penstock.Native/c, as shared libraries under both names and as a static one.
publish_libraries() {
    local framework=$1 project=src/Penstock.Native output
    output=$project/bin/Release/$framework/$rid
    rm -rf "$project/obj/$framework/Release" "$output"
    dotnet publish "$project" -c Release -r "$rid" -p:PublishAot=true -p:PenstockFramework="$framework" -nologo -v q
    install -m 644 "$output/native/Penstock.Native.so" artifacts/publish/libhev-socks5-tunnel.so
    install -m 644 "$output/native/libpenstock.so" "$output/native/libpenstock.a" artifacts/publish/
}

dispatch() {
    local verb=$1 name=${2:-} candidate
    [ -n "$name" ] || { echo "$verb: which? for instance: eng/ci.sh $verb tunnel" >&2; exit 2; }
    shift 2
    local candidates=("bench/$name/$verb" "tests/$verb/$name")
    [ "$verb" = soak ] || candidates=("bench/$name/run")
    for candidate in "${candidates[@]}"; do
        if [ -x "$candidate" ]; then exec "$candidate" "$@"; fi
    done
    for candidate in bench/Penstock.Bench.*/; do
        if [ "$verb" = bench ] && [ "$(basename "$candidate" | tr '[:upper:]' '[:lower:]')" = "penstock.bench.$name" ]; then
            exec dotnet run -c Release --project "$candidate" -- "$@"
        fi
    done
    echo "$verb: there is no $name" >&2
    exit 2
}

verb=${1:-}
[ $# -gt 0 ] && shift
case "$verb" in
    build) build ;;
    format) format ;;
    doors) doors ;;
    test) run_tests "$@" ;;
    test-published)
        PENSTOCK_TEST_TUNNEL=$PWD/artifacts/publish/penstock exec dotnet test -c Release tests/Penstock.Namespaces.Tests -nologo "$@"
        ;;
    bench | soak) dispatch "$verb" "$@" ;;
    publish) publish ;;
    package) exec eng/package.sh "$@" ;;
    -h | --help | help) usage ;;
    *) usage 2 >&2 ;;
esac
