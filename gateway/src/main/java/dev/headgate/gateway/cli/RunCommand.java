package dev.headgate.gateway.cli;

import dev.headgate.config.GatewayConfig;
import dev.headgate.config.load.ConfigException;
import dev.headgate.config.load.LoadResult;
import dev.headgate.gateway.Assembly;
import dev.headgate.gateway.Gateway;
import dev.headgate.gateway.log.JsonLog;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `headgate run`: the service, until SIGTERM or SIGINT.
@Command(name = "run", description = "Run the gateway.")
final class RunCommand implements Callable<Integer> {
  @Mixin private ConfigOptions options = new ConfigOptions();

  @Override
  public Integer call() throws InterruptedException {
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
    Gateway gateway;
    try {
      gateway = Assembly.assemble(config, Version.text());
      gateway.start();
    } catch (IOException e) {
      System.err.println("headgate: " + e.getMessage());
      return Headgate.FAILURE;
    }
    stopOnSignal(gateway, config.service().shutdownTimeout());
    new CountDownLatch(1).await();
    return 0;
  }

  /// A JVM that ends by a signal would exit with the signal's number; this one did what it was
  /// asked for and says so with 0.
  private static void stopOnSignal(Gateway gateway, Duration timeout) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  gateway.stop(timeout);
                  gateway.ledger().forEach(line -> System.err.println(LedgerText.of(line)));
                  System.err.flush();
                  System.out.flush();
                  Runtime.getRuntime().halt(0);
                },
                "headgate-shutdown"));
  }
}
