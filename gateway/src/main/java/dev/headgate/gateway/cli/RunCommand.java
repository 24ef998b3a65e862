package dev.headgate.gateway.cli;

import dev.headgate.config.GatewayConfig;
import dev.headgate.config.load.ConfigException;
import dev.headgate.config.load.LoadResult;
import dev.headgate.gateway.Assembly;
import dev.headgate.gateway.Gateway;
import dev.headgate.gateway.log.JsonLog;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/// `headgate run`: the service, until SIGTERM or SIGINT. SIGHUP reads the configuration again.
final class RunCommand {
  static final Command COMMAND =
      new Command("run", "", "Run the gateway.", ConfigOptions.OPTIONS, RunCommand::run);

  private RunCommand() {}

  private static int run(Arguments arguments) throws UsageException, InterruptedException {
    ConfigOptions options = new ConfigOptions(arguments);
    LoadResult loaded;
    try {
      loaded = options.load();
    } catch (ConfigException e) {
      return ConfigOptions.report(e);
    }
    GatewayConfig config = loaded.config();
    JsonLog.install(config.service().telemetry().logLevel());
    loaded
        .notices()
        .forEach(notice -> LoggerFactory.getLogger(RunCommand.class).info("config: {}", notice));
    AtomicInteger exitCode = new AtomicInteger();
    try {
      Gateway gateway = Assembly.assemble(loaded, options::load, Version.text());
      stopOnSignal(gateway, exitCode);
      HangupSignal.handle(() -> gateway.reload("SIGHUP"));
      gateway.start();
    } catch (IOException e) {
      exitCode.set(Headgate.FAILURE);
      System.err.println("headgate: " + e.getMessage());
      return Headgate.FAILURE;
    } catch (RuntimeException e) {
      exitCode.set(Headgate.FAILURE);
      throw e;
    }
    new CountDownLatch(1).await();
    return 0;
  }

  /// A JVM that ends by a signal would exit with the signal's number; this one did what it was
  /// asked for and says so with 0. A start that failed keeps its own exit code.
  private static void stopOnSignal(Gateway gateway, AtomicInteger exitCode) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    gateway.stop(gateway.config().service().shutdownTimeout());
                    if (exitCode.get() == 0) {
                      gateway.ledger().forEach(line -> System.err.println(LedgerText.of(line)));
                    }
                  } finally {
                    Runtime.getRuntime().halt(exitCode.get());
                  }
                },
                "headgate-shutdown"));
  }
}
