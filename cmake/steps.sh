# What quickstart and check share: the lists of packages, and how a step is said and fails.
# Debian 12 names; every choice is explained in docs/dependencies.md.
build_packages="g++ cmake ninja-build pkg-config libicu-dev libre2-dev opencc libopencc-dev
  libxml2-dev libsqlite3-dev nlohmann-json3-dev libsimdjson-dev libcli11-dev libssl-dev
  libxxhash-dev libuchardet-dev libtbb-dev libarchive-dev zlib1g-dev libbrotli-dev libcpp-httplib-dev"
test_packages="libgtest-dev libbenchmark-dev sqlite3 python3 python3-lxml"

current_step="starting"
step() {
  current_step="$*"
  printf '\n== %s\n' "$*"
}
on_error() {
  printf '\nStopped while: %s.\n' "$current_step" >&2
  printf 'The message above names the cause. After mending it run the same command again.\n' >&2
}
trap on_error ERR

# Says a command, runs it quietly, and shows its whole output if it fails.
run() {
  printf '  %s\n' "$*"
  local log
  log=$(mktemp)
  if ! "$@" >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    return 1
  fi
  rm -f "$log"
}

install_packages() {
  local missing="" package
  for package in "$@"; do
    dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' ||
      missing="$missing $package"
  done
  if [ -z "$missing" ]; then
    echo "  all are there"
    return
  fi
  local sudo=""
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "  these packages are missing and need root:$missing" >&2
      echo "  run as root: apt-get update && apt-get install$missing" >&2
      return 1
    }
    sudo=sudo
  fi
  echo " $missing"
  run $sudo apt-get update
  run $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends $missing
}
