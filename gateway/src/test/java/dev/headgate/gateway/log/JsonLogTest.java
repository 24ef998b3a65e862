package dev.headgate.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLogTest {
  @BeforeEach
  void install() {
    JsonLog.install("INFO");
  }

  @AfterEach
  void putBack() throws IOException {
    LogManager.getLogManager().readConfiguration();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.grpc.internal.ManagedChannelImpl",
        "io.grpc.netty.shaded.io.grpc.netty.NettyServerHandler",
        "io.netty.channel.DefaultChannelPipeline"
      })
  void what_receivers_and_exporters_say_the_transports_do_not_repeat(String transport) {
    Logger logger = Logger.getLogger(transport);

    assertThat(logger.isLoggable(Level.WARNING)).isFalse();
    assertThat(logger.isLoggable(Level.SEVERE)).isTrue();
  }

  @Test
  void what_nobody_else_says_is_written() {
    assertThat(Logger.getLogger("io.grpc.internal.ClientCallImpl").isLoggable(Level.WARNING))
        .isTrue();
    assertThat(Logger.getLogger("dev.headgate.Example").isLoggable(Level.INFO)).isTrue();
    assertThat(Logger.getLogger("dev.headgate.Example").isLoggable(Level.FINE)).isFalse();
  }
}
