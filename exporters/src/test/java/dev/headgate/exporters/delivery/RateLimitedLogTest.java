package dev.headgate.exporters.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class RateLimitedLogTest {
  private static final String NAME = "rate-limited-log-test";

  private final VirtualScheduler time = new VirtualScheduler();
  private final List<String> lines = new ArrayList<>();
  private final Logger logger = Logger.getLogger(NAME);
  private final RateLimitedLog log =
      new RateLimitedLog(LoggerFactory.getLogger(NAME), time, "otlp/x");
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          lines.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.setUseParentHandlers(false);
    logger.addHandler(handler);
  }

  @AfterEach
  void stop() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
  }

  private void warn() {
    log.warn(RateLimitedLog.Kind.RETRYING, 7, "UNAVAILABLE", "busy");
  }

  @Test
  void says_a_thing_once_in_a_while_and_how_often_it_was_held_back() {
    warn();
    warn();
    warn();
    assertThat(lines).hasSize(1);

    time.advance(Duration.ofSeconds(10));
    warn();

    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst()).contains("otlp/x", "7 items", "UNAVAILABLE: busy", "(0 more");
    assertThat(lines.getLast()).contains("(2 more");
  }

  @Test
  void one_kind_does_not_hold_back_another() {
    warn();
    log.warn(RateLimitedLog.Kind.DROPPED, 1, "INVALID_ARGUMENT", "no");

    assertThat(lines).hasSize(2);
  }

  @Test
  void a_backend_that_said_nothing_leaves_no_gap() {
    log.warn(RateLimitedLog.Kind.QUEUE_FULL, 7, "3 of 3 requests are taken", "");

    assertThat(lines)
        .containsExactly(
            "exporter otlp/x: a request of 7 items found no room in the queue: 3 of 3 requests are"
                + " taken (0 more since the last warning)");
  }

  @Test
  void what_is_held_back_is_not_put_into_words() {
    AtomicInteger asked = new AtomicInteger();
    for (int i = 0; i < 3; i++) {
      log.warn(RateLimitedLog.Kind.QUEUE_FULL, 7, () -> "asked " + asked.incrementAndGet());
    }

    assertThat(lines).hasSize(1);
    assertThat(asked).hasValue(1);
  }

  @Test
  void foreign_text_is_cut_and_kept_on_one_line() {
    log.warn(RateLimitedLog.Kind.DROPPED, 1, "INTERNAL", "a\nb\u001b[31mc");
    log.warn(RateLimitedLog.Kind.RETRYING, 1, "INTERNAL", "x".repeat(500));

    assertThat(lines.getFirst()).contains(": INTERNAL: a b [31mc (0 more");
    assertThat(lines.getLast()).contains(": " + "x".repeat(200) + "... (0 more");
  }
}
