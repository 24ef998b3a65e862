# Sourced by the scripts of this folder (POSIX sh), which have set root: finds a JDK, and builds
# what is not built or older than its sources.
#
#   build_bench NAME   sets JDK_HOME and lib; NAME is the script's, for messages

build_bench() {
  . "$root/.mvn/find-jdk.sh"
  if ! find_jdk 25; then
    echo "$1: needs a JDK 25 or newer; found: ${JDK_FOUND:-none}; set JAVA_HOME" >&2
    exit 1
  fi
  lib=$root/bench/target/lib
  if [ ! -e "$lib.complete" ] || [ -n "$(find "$root"/*/pom.xml "$root"/*/src/main -type f \
    -newer "$lib.complete" -print | head -n 1)" ]; then
    echo "$1: building ..." >&2
    (cd "$root" && ./mvnw -B -q -ntp -DskipTests -Dspotless.check.skip=true -pl bench -am package >&2)
  fi
}
