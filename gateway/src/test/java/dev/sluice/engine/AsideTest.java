package dev.sluice.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.DefaultEventLoop;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AsideTest {

  private static final int SECONDS_MAX = 10;

  private final DefaultEventLoop loop = new DefaultEventLoop();
  private final Aside aside = new Aside();

  @AfterEach
  void stop() {
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).syncUninterruptibly();
  }

  @Test
  void theLoopGoesOnWhileTheWorkIsDoneAndTakesItsResult() throws Exception {
    ByteBuf body = Unpooled.buffer(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<Boolean> tookInLoop = new CompletableFuture<>();

    aside.run(
        loop,
        body,
        () -> {
          awaited(goOn);
          return Thread.currentThread().isVirtual() && body.refCnt() > 0;
        },
        done -> tookInLoop.complete(done && loop.inEventLoop() && body.refCnt() == 0),
        tookInLoop::completeExceptionally);
    body.release();
    // The loop does other things before the work is allowed to end.
    loop.submit(goOn::countDown).get(SECONDS_MAX, TimeUnit.SECONDS);

    assertThat(tookInLoop.get(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void whatTheWorkThrowsIsToldInTheLoop() throws Exception {
    ByteBuf body = Unpooled.buffer(1);
    CompletableFuture<String> told = new CompletableFuture<>();

    aside.run(
        loop,
        body,
        () -> {
          throw new IllegalArgumentException("no");
        },
        _ -> told.complete("done"),
        failure -> told.complete(failure.getMessage() + loop.inEventLoop()));

    assertThat(told.get(SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo("notrue");
    body.release();
  }

  @Test
  void whatCanBeLeftUndoneDoesNotWaitForLong() throws Exception {
    ByteBuf body = Unpooled.buffer(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<String> told = new CompletableFuture<>();
    for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
      aside.run(
          loop,
          body,
          () -> {
            awaited(goOn);
            return "done";
          },
          _ -> {},
          told::completeExceptionally);
    }

    aside.runSoon(
        loop, body, () -> "done", () -> "left", told::complete, told::completeExceptionally);

    assertThat(told.get(SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo("left");
    goOn.countDown();
    await().until(() -> body.refCnt() == 1);
    body.release();
  }

  @Test
  void whatCanBeLeftUndoneIsDoneInItsTurn() throws Exception {
    ByteBuf body = Unpooled.buffer(1);
    for (int i = 0; i < 10; i++) {
      CompletableFuture<String> told = new CompletableFuture<>();

      aside.runSoon(
          loop, body, () -> "done", () -> "left", told::complete, told::completeExceptionally);

      assertThat(told.get(SECONDS_MAX, TimeUnit.SECONDS)).isEqualTo("done");
    }
    assertThat(body.refCnt()).isEqualTo(1);
    body.release();
  }

  private static void awaited(CountDownLatch latch) {
    try {
      if (!latch.await(SECONDS_MAX, TimeUnit.SECONDS)) {
        throw new IllegalStateException("the loop stood still");
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aLackOfMemoryInTheWorkOrInTheLoopIsTold() throws Exception {
    for (boolean inTheLoop : new boolean[] {true, false}) {
      ByteBuf body = Unpooled.buffer(1);
      CompletableFuture<RuntimeException> told = new CompletableFuture<>();

      aside.run(loop, body, () -> inTheLoop || starving(), _ -> starving(), told::complete);

      assertThat(told.get(SECONDS_MAX, TimeUnit.SECONDS))
          .isInstanceOfSatisfying(
              GatewayException.class,
              e -> assertThat(e.fault()).isInstanceOf(Fault.Overloaded.class));
    }
  }

  private static boolean starving() {
    throw new OutOfMemoryError("none left, says the test");
  }
}
