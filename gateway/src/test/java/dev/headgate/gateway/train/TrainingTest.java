package dev.headgate.gateway.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.headgate.pipeline.payload.SystemNanoClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingTest {
  @Test
  void options_that_only_one_process_can_have_stay_here() {
    assertThat(Training.isPassedOn("-agentlib:jdwp=transport=dt_socket,address=5005")).isFalse();
    assertThat(Training.isPassedOn("-Dcom.sun.management.jmxremote.port=9010")).isFalse();
    assertThat(Training.isPassedOn("-javaagent:/opt/agent.jar")).isFalse();
    assertThat(Training.isPassedOn("-XX:AOTCache=headgate.aot")).isFalse();
    assertThat(Training.isPassedOn("-Xmx512m")).isTrue();
    assertThat(Training.isPassedOn("-XX:+UseSerialGC")).isTrue();
  }

  @Test
  void a_directory_is_no_cache(@TempDir Path directory) {
    Training training = new Training(new SystemNanoClock(), InstantSource.system());
    assertThatThrownBy(() -> training.run("Main", 1, 1, Duration.ofSeconds(1), directory))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(directory + ": is a directory");
  }
}
