# Sourced by mvnw and headgate (POSIX sh): finds a JDK.
#
#   find_jdk 25   sets JDK_HOME and JDK_VERSION to a JDK of that feature release or a later one:
#                 JAVA_HOME if it fits, else the one on the PATH, else the newest that is installed
#                 in a usual folder. Returns 1 if none fits, and then JDK_FOUND lists what there is.

# jdk_version HOME: sets version to the feature release (25), or to 0 if HOME holds no JDK.
jdk_version() {
  version=0
  [ -x "$1/bin/java" ] && [ -x "$1/bin/javac" ] || return 0
  full=
  if [ -r "$1/release" ]; then
    while IFS='=' read -r key value; do
      [ "$key" = JAVA_VERSION ] && full=$value
    done <"$1/release"
  fi
  if [ -z "$full" ]; then
    full=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')
  fi
  full=${full#\"}
  full=${full#1.}
  full=${full%%[!0-9]*}
  version=${full:-0}
}

# jdk_on_path: sets home to the home of the java on the PATH, through its symbolic links.
jdk_on_path() {
  home=$(command -v java) || home=
  case $home in
    /*) ;;
    *) home= ;;
  esac
  while [ -n "$home" ] && [ -h "$home" ]; do
    link=$(readlink "$home") || break
    case $link in
      /*) home=$link ;;
      *) home=${home%/*}/$link ;;
    esac
  done
  home=${home%/bin/java}
}

find_jdk() {
  JDK_HOME=
  JDK_VERSION=0
  JDK_FOUND=
  for candidate in "${JAVA_HOME:-}" PATH; do
    if [ "$candidate" = PATH ]; then
      jdk_on_path
      candidate=$home
    fi
    [ -n "$candidate" ] || continue
    jdk_version "$candidate"
    if [ "$version" -ge "$1" ]; then
      JDK_HOME=$candidate
      JDK_VERSION=$version
      return 0
    fi
    [ "$version" -eq 0 ] || JDK_FOUND="${JDK_FOUND:+$JDK_FOUND, }$version at $candidate"
  done
  for candidate in /usr/lib/jvm/* /usr/java/* /opt/* /opt/*/* "${HOME:-/}"/.sdkman/candidates/java/* \
    "${HOME:-/}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    [ -x "$candidate/bin/javac" ] && [ ! -h "$candidate" ] || continue
    jdk_version "$candidate"
    if [ "$version" -gt "$JDK_VERSION" ] && [ "$version" -ge "$1" ]; then
      JDK_HOME=$candidate
      JDK_VERSION=$version
    fi
    case $JDK_FOUND in
      *" at $candidate"*) ;;
      *) [ "$version" -eq 0 ] || JDK_FOUND="${JDK_FOUND:+$JDK_FOUND, }$version at $candidate" ;;
    esac
  done
  [ -n "$JDK_HOME" ]
}
