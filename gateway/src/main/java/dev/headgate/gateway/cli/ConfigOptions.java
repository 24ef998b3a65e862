package dev.headgate.gateway.cli;

import dev.headgate.config.load.ConfigException;
import dev.headgate.config.load.ConfigLoader;
import dev.headgate.config.load.ConfigSource;
import dev.headgate.config.load.DefaultPolicy;
import dev.headgate.config.load.LoadResult;
import dev.headgate.config.load.Problem;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The options that name a configuration, and its loading.
final class ConfigOptions {
  private static final CliOption CONFIG =
      new CliOption(
          "--config",
          "-c",
          "FILE",
          "Configuration file; several are merged in order. Without: the default policy.");
  private static final CliOption SET =
      new CliOption(
          "--set",
          "",
          "KEY=VALUE",
          "Overrides one key, for example --set exporters.otlp.timeout=2s.");

  static final List<CliOption> OPTIONS = List.of(CONFIG, SET);

  private final List<Path> files;
  private final List<String> overrides;

  /// @throws UsageException when a file's name is none
  ConfigOptions(Arguments arguments) throws UsageException {
    files = new ArrayList<>();
    for (String file : arguments.all(CONFIG)) {
      files.add(Arguments.path(CONFIG.name(), file));
    }
    overrides = arguments.all(SET);
  }

  /// Loads what the options name.
  ///
  /// @throws ConfigException with everything that is wrong
  LoadResult load() throws ConfigException {
    List<ConfigSource> sources = new ArrayList<>();
    List<Problem> unreadable = new ArrayList<>();
    for (Path file : files) {
      try {
        sources.add(new ConfigSource(file.toString(), Files.readString(file)));
      } catch (IOException e) {
        unreadable.add(new Problem(file.toString(), 0, "", "cannot be read: " + reason(e)));
      }
    }
    if (!unreadable.isEmpty()) {
      throw new ConfigException(unreadable);
    }
    if (files.isEmpty()) {
      sources.add(new ConfigSource("default policy", DefaultPolicy.yaml(System::getenv)));
    }
    return new ConfigLoader(System::getenv, new PipelineChecks()).load(sources, overrides);
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "no such file";
      case MalformedInputException _ -> "not UTF-8";
      default -> e.getClass().getSimpleName();
    };
  }

  /// Prints what is wrong, a line each.
  static int report(ConfigException exception) {
    for (Problem problem : exception.problems()) {
      System.err.println(problem);
    }
    int count = exception.problems().size();
    System.err.println(
        "headgate: the configuration has " + count + (count == 1 ? " problem" : " problems"));
    return Headgate.FAILURE;
  }
}
