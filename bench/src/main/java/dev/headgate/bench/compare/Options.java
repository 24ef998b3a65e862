package dev.headgate.bench.compare;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What the user asked for.
///
/// @param scenarios names or groups; none = the default set
/// @param headgates name to checkout or command; none = this checkout
/// @param also the other systems, by [SystemKind#label()]
/// @param seconds of a measured window
/// @param warmRequests that a JVM gets of each kind of traffic before it is measured
/// @param warmSeconds under load that it gets of each kind at least; 0 = as many as the requests
///   take
/// @param systemCores where the system under test runs
/// @param loadCores where everything else runs; none = all others
/// @param brief whether what takes minutes takes a tenth: to see that it works, not to quote
/// @param folder of the rows and logs; none = a new one
record Options(
    List<String> scenarios,
    Map<String, String> headgates,
    List<String> also,
    int rounds,
    int seconds,
    int warmRequests,
    int warmSeconds,
    List<Integer> systemCores,
    List<Integer> loadCores,
    Path folder,
    boolean brief,
    boolean help,
    boolean list) {
  private static final int BRIEF_PART = 10;

  static final String HELP =
      """
      bench/compare [OPTIONS]

      Measures Headgate, a Collector and a byte relay in turn on this machine: the system under test on
      one core, the generator and the sink on the others. Without options: the default set, about 15
      minutes. Rows, logs and the report are kept in bench/target/compare/<time>.

        --scenario NAME[,NAME]   instead of the default set; a group means all its members (--list)
        --list                   prints the scenarios
        --headgate [NAME=]WHAT   a checkout (its ./headgate is used), or the command that starts one;
                                 several times to compare several:
                                   bench/compare --scenario chain-traces \\
                                     --headgate before=/src/main --headgate after=/src/mine
                                 Only these then take part, unless --also names others.
        --also NAME[,NAME]       otelcol, otelcol-lean, relay; default all if no --headgate is given
        --rounds N               3; systems take turns in each, forwards and backwards
        --seconds N              3; of a measured window
        --warm N                 10000; requests a JVM gets of each kind before it is measured, and
                                 more while their cost still falls; 24 s of them at most
        --warm-seconds N         0; seconds under load that a JVM gets of each kind at least, whatever
                                 the rule above says; its compilers rest after 50 to 80
        --brief                  minutes of overload, outage, idling and cold start become a tenth: to see
                                 that they work, not to quote
        --system-cores LIST      0; --load-cores LIST   all others
        --out DIR                where rows and logs go

      OTELCOL=/path/to/otelcol names a Collector (it gets GOMAXPROCS=1), NGINX=/path an nginx that is not
      on the PATH. What is missing is said and left out. HEADGATE_BENCH_NO_TRAIN=1: this checkout's AOT
      cache is not made if there is none.
      """;

  /// How long a measurement takes that is to take so long.
  int seconds(int full) {
    return brief ? Math.max(1, full / BRIEF_PART) : full;
  }

  /// Reads the arguments.
  ///
  /// @throws IllegalArgumentException with what is wrong
  static Options parse(String... arguments) {
    Parser parser = new Parser(arguments);
    while (parser.hasNext()) {
      parser.next();
    }
    return parser.options();
  }

  private static final class Parser {
    private final String[] arguments;
    private int at;
    private final List<String> scenarios = new ArrayList<>();
    private final Map<String, String> headgates = new LinkedHashMap<>();
    private List<String> also = List.of();
    private boolean alsoGiven;
    private int rounds = 3;
    private int seconds = 3;
    private int warmRequests = 10_000;
    private int warmSeconds;
    private List<Integer> systemCores = List.of(0);
    private List<Integer> loadCores = List.of();
    private Path folder = Path.of("");
    private boolean brief;
    private boolean help;
    private boolean list;

    Parser(String... arguments) {
      this.arguments = arguments;
    }

    boolean hasNext() {
      return at < arguments.length;
    }

    void next() {
      String option = arguments[at++];
      switch (option) {
        case "--help", "-h" -> help = true;
        case "--list" -> list = true;
        case "--brief" -> brief = true;
        case "--scenario" -> scenarios.addAll(List.of(value(option).split(",")));
        case "--headgate" -> headgate(value(option));
        case "--also" -> {
          String names = value(option);
          also = names.equals("none") ? List.of() : List.of(names.split(","));
          alsoGiven = true;
        }
        case "--rounds" -> rounds = number(option, 1);
        case "--seconds" -> seconds = number(option, 1);
        case "--warm" -> warmRequests = number(option, 0);
        case "--warm-seconds" -> warmSeconds = number(option, 0);
        case "--system-cores" -> systemCores = cores(value(option));
        case "--load-cores" -> loadCores = cores(value(option));
        case "--out" -> folder = Path.of(value(option)).toAbsolutePath();
        default ->
            throw new IllegalArgumentException(
                "option: " + option + " (expected: one of those in --help)");
      }
    }

    private String value(String option) {
      if (at == arguments.length) {
        throw new IllegalArgumentException(option + ": nothing (expected: a value)");
      }
      return arguments[at++];
    }

    private int number(String option, int least) {
      String value = value(option);
      if (!value.matches("[0-9]{1,7}") || Integer.parseInt(value) < least) {
        throw new IllegalArgumentException(
            "%s: %s (expected: a number from %d)".formatted(option, value, least));
      }
      return Integer.parseInt(value);
    }

    private static List<Integer> cores(String value) {
      if (!value.matches("[0-9]{1,4}(,[0-9]{1,4})*")) {
        throw new IllegalArgumentException("cores: " + value + " (expected: numbers such as 0,1)");
      }
      List<Integer> cores = new ArrayList<>();
      for (String core : value.split(",")) {
        cores.add(Integer.valueOf(core));
      }
      return cores;
    }

    private void headgate(String value) {
      int equals = value.indexOf('=');
      boolean named = equals > 0 && !value.substring(0, equals).contains("/");
      String name = named ? value.substring(0, equals) : "headgate";
      if (headgates.putIfAbsent(name, named ? value.substring(equals + 1) : value) != null) {
        throw new IllegalArgumentException("--headgate: " + name + " twice (expected: NAME=WHAT)");
      }
    }

    Options options() {
      if (!alsoGiven && headgates.isEmpty()) {
        also =
            List.of(
                SystemKind.COLLECTOR.label(),
                SystemKind.COLLECTOR_LEAN.label(),
                SystemKind.RELAY.label());
      }
      return new Options(
          List.copyOf(scenarios),
          headgates,
          also,
          rounds,
          seconds,
          warmRequests,
          warmSeconds,
          systemCores,
          loadCores,
          folder,
          brief,
          help,
          list);
    }
  }
}
