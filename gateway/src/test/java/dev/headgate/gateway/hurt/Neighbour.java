package dev.headgate.gateway.hurt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.headgate.config.Signal;
import dev.headgate.gateway.e2e.GatewayHarness;
import dev.headgate.gateway.e2e.OtlpClient;
import dev.headgate.gateway.e2e.OtlpClient.Answer;
import dev.headgate.gateway.e2e.OtlpClient.Transport;
import dev.headgate.gateway.e2e.TestOtlp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// An honest client that sends at a steady rate over each transport while others misbehave. Each of
/// its requests has to be answered OK.
///
/// **Threading:** any thread; a thread for each transport sends.
///
/// **Ownership:** owns its clients.
final class Neighbour implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final List<Thread> threads = new ArrayList<>();
  private final List<OtlpClient> clients = new ArrayList<>();
  private final List<String> failures = new CopyOnWriteArrayList<>();
  private final AtomicInteger answered = new AtomicInteger();
  private volatile boolean done;

  Neighbour(GatewayHarness gateway) {
    for (Transport transport : List.of(Transport.GRPC, Transport.HTTP_1)) {
      OtlpClient client = gateway.client();
      clients.add(client);
      threads.add(Thread.ofPlatform().name("neighbour").start(() -> send(client, transport)));
    }
    awaitMore();
  }

  private void send(OtlpClient client, Transport transport) {
    byte[] body = TestOtlp.request(Signal.TRACES, 1_000_000, 1);
    while (!done) {
      try {
        Answer answer = client.export(transport, Signal.TRACES, body);
        if (answer.ok(transport)) {
          answered.incrementAndGet();
        } else {
          failures.add(transport + ": " + answer.status());
        }
      } catch (RuntimeException e) {
        failures.add(transport + ": " + e);
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /// Waits until further requests were answered, whatever goes on.
  void awaitMore() {
    int before = answered.get();
    await()
        .atMost(GatewayHarness.PATIENCE)
        .pollInterval(PAUSE)
        .until(() -> answered.get() >= before + 5 || failed());
    assertServed();
  }

  private boolean failed() {
    return !failures.isEmpty();
  }

  /// Every request so far was answered OK.
  void assertServed() {
    assertThat(failures).isEmpty();
  }

  @Override
  public void close() {
    done = true;
    await()
        .atMost(GatewayHarness.PATIENCE)
        .until(() -> threads.stream().noneMatch(Thread::isAlive));
    clients.forEach(OtlpClient::close);
  }
}
