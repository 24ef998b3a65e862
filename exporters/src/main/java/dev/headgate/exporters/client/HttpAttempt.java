package dev.headgate.exporters.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One POST from lookup to reply: finds or makes a connection, has it carry the request, and
/// replies once. The time limit covers all of it.
///
/// A kept connection that breaks before the answer began was most likely closed by the other side
/// while it was idle; the request then goes once more over a new one.
///
/// **Threading:** confined to one event loop, which its connections share, but for [#start] and
/// [#abandon].
final class HttpAttempt {
  private final HttpClient client;
  private final HttpClient.Call call;
  private final Consumer<HttpReply> onReply;
  private final EventLoop loop;
  private final AtomicBoolean replied = new AtomicBoolean();
  private @Nullable Channel channel;
  private @Nullable ChannelFuture connecting;
  private @Nullable ScheduledFuture<?> timer;
  private boolean reused;

  HttpAttempt(
      HttpClient client, HttpClient.Call call, Consumer<HttpReply> onReply, EventLoop loop) {
    this.client = client;
    this.call = call;
    this.onReply = onReply;
    this.loop = loop;
  }

  HttpClient.Call call() {
    return call;
  }

  /// Begins.
  ///
  /// @param idle a kept connection of this attempt's event loop, or null
  void start(@Nullable Channel idle) {
    onLoop(() -> begin(idle));
  }

  /// Ends the attempt because the client is closed.
  void abandon() {
    onLoop(() -> end(new HttpReply.NoAnswer("connection", "client closed", false)));
  }

  private void onLoop(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException e) {
      end(new HttpReply.NoAnswer("shutdown", "export threads stopped", false));
    }
  }

  private void begin(@Nullable Channel idle) {
    if (replied.get()) {
      if (idle != null) {
        ChannelFuture _ = idle.close();
      }
      return;
    }
    if (!call.timeout().isZero()) {
      timer = loop.schedule(this::timeOut, call.timeout().toNanos(), TimeUnit.NANOSECONDS);
    }
    if (idle != null && idle.isActive()) {
      reused = true;
      exchange(idle);
    } else {
      lookUp();
    }
  }

  private void lookUp() {
    reused = false;
    CompletableFuture<?> _ =
        client
            .lookup()
            .addresses()
            .whenComplete((addresses, failure) ->
                onLoop(() -> {
                  if (failure != null) {
                    end(
                        new HttpReply.NoAnswer(
                            "connect", ConnectionFailure.describe(failure), false));
                  } else {
                    connect(addresses, 0);
                  }
                }));
  }

  private void connect(List<InetAddress> addresses, int index) {
    if (replied.get()) {
      return;
    }
    ChannelFuture future = client.connect(loop, addresses.get(index));
    connecting = future;
    future.addListener(_ -> {
      connecting = null;
      if (future.isSuccess()) {
        connected(future.channel());
      } else if (index + 1 < addresses.size()) {
        connect(addresses, index + 1);
      } else {
        String message = ConnectionFailure.describe(future.cause());
        end(new HttpReply.NoAnswer("connect", message, false));
      }
    });
  }

  private void connected(Channel fresh) {
    if (replied.get()) {
      ChannelFuture _ = fresh.close();
    } else {
      exchange(fresh);
    }
  }

  private void exchange(Channel target) {
    channel = target;
    HttpExchange exchange = target.pipeline().get(HttpExchange.class);
    if (exchange == null) {
      broken(new HttpReply.NoAnswer("connection", "connection closed", false));
    } else {
      exchange.begin(this);
    }
  }

  /// The connection broke before the answer began.
  void broken(HttpReply.NoAnswer how) {
    channel = null;
    if (reused && !replied.get()) {
      lookUp();
    } else {
      end(how);
    }
  }

  /// The answer is there, or there is nothing left to try; the connection is no longer this
  /// attempt's.
  void finish(HttpReply reply) {
    channel = null;
    end(reply);
  }

  private void timeOut() {
    Channel current = channel;
    HttpExchange exchange = current == null ? null : current.pipeline().get(HttpExchange.class);
    if (exchange != null) {
      exchange.timeOut();
    }
    end(new HttpReply.NoAnswer("timeout", "no answer in time", false));
  }

  private void end(HttpReply reply) {
    if (!replied.compareAndSet(false, true)) {
      return;
    }
    client.ended(this);
    ScheduledFuture<?> running = timer;
    if (running != null) {
      running.cancel(false);
    }
    ChannelFuture pending = connecting;
    if (pending != null) {
      ChannelFuture _ = pending.channel().close();
    }
    Channel current = channel;
    if (current != null) {
      HttpExchange exchange = current.pipeline().get(HttpExchange.class);
      if (exchange != null) {
        exchange.stopWriting();
      }
      ChannelFuture _ = current.close();
    }
    onReply.accept(reply);
  }
}
