package dev.headgate.pipeline.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.headgate.pipeline.payload.ManualNanoClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RateLimitedLogTest {
  private final Logger backend = Logger.getLogger("RateLimitedLogTest");
  private final List<String> lines = new ArrayList<>();
  private final ManualNanoClock clock = new ManualNanoClock();
  private final RateLimitedLog log =
      new RateLimitedLog(
          LoggerFactory.getLogger("RateLimitedLogTest"), clock, Duration.ofSeconds(10));

  @BeforeEach
  void capture() {
    backend.setLevel(Level.ALL);
    backend.setUseParentHandlers(false);
    backend.addHandler(
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            lines.add(line.getLevel() + " " + line.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        });
  }

  @AfterEach
  void release() {
    for (Handler handler : backend.getHandlers()) {
      backend.removeHandler(handler);
    }
  }

  @Test
  void writes_one_line_per_interval_and_says_how_many_it_left_out() {
    log.warn("a", "first");
    log.warn("a", "second");
    clock.advance(Duration.ofMillis(9999));
    log.warn("a", "third");
    clock.advance(Duration.ofMillis(1));
    log.warn("a", "fourth");

    assertThat(lines)
        .containsExactly("WARNING first", "WARNING fourth (2 more like it were not logged)");
  }

  @Test
  void keys_do_not_silence_each_other() {
    log.warn("a", "one");
    log.error("b", "two");

    assertThat(lines).containsExactly("WARNING one", "SEVERE two");
  }

  @Test
  void keys_beyond_the_limit_share_one() {
    for (int i = 0; i < RateLimitedLog.MAX_KEYS + 50; i++) {
      log.warn("key " + i, "line");
    }

    assertThat(lines).hasSize(RateLimitedLog.MAX_KEYS + 1);
  }
}
