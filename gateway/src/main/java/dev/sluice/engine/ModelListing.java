package dev.sluice.engine;

import dev.sluice.chat.GatewayException;
import dev.sluice.dialect.ModelEntry;
import dev.sluice.net.UpstreamCall;
import dev.sluice.net.UpstreamFailure;
import dev.sluice.net.UpstreamListener;
import dev.sluice.net.UpstreamRequest;
import dev.sluice.protocol.openai.ModelListReader;
import dev.sluice.provider.Provider;
import dev.sluice.routing.Router;
import io.netty.buffer.ByteBuf;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lists what is served: the configured names, and what every provider says it has. Providers are
 * asked at most once a minute, one that fails again some seconds later, and never twice at a time:
 * all who want to know meanwhile wait for the same answer. One that does not answer in time is left
 * out. Safe for all loops.
 */
public final class ModelListing {

  private static final long FRESH_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** How long a provider that failed is not asked again, however many want to know. */
  private static final long FAILED_NANOS = TimeUnit.SECONDS.toNanos(5);

  private static final long ANSWER_MILLIS_MAX = 3000;
  private static final int ANSWER_BYTES_MAX = 8 * 1024 * 1024;

  private final Engine engine;

  /** Whoever was asked last, answered or not. */
  private final Map<Provider, Asking> latest = new ConcurrentHashMap<>();

  /**
   * What a provider has told.
   *
   * @param models none where it failed
   * @param untilNanos when it is asked again, by {@link System#nanoTime}
   */
  private record Told(List<ModelEntry> models, long untilNanos) {}

  /** A listing of what {@code engine} serves. */
  ModelListing(Engine engine) {
    this.engine = engine;
  }

  /** Tells {@code then} all models, on {@code loop}, which must be the current thread's. */
  public void list(EventLoop loop, Consumer<List<ModelEntry>> then) {
    Router router = engine.serving().router();
    latest.keySet().retainAll(router.providers().values());
    List<ModelEntry> all = new ArrayList<>();
    for (String name : router.modelNames()) {
      String owner = router.targets(name).getFirst().provider().name();
      all.add(new ModelEntry(name, owner, 0, router.id(name)));
    }
    List<CompletableFuture<Told>> answers = new ArrayList<>();
    for (Provider provider : router.providers().values()) {
      if (provider.listsModels()) {
        answers.add(told(provider, loop));
      }
    }
    CompletableFuture<?> complete =
        CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new));
    Runnable tell =
        () -> {
          answers.forEach(answer -> all.addAll(answer.join().models()));
          then.accept(all);
        };
    if (complete.isDone()) {
      tell.run();
    } else {
      // Another loop may have asked.
      complete.thenRun(() -> loop.execute(tell));
    }
  }

  /** What {@code provider} has told lately, or is about to tell to all who wait for it. */
  private CompletableFuture<Told> told(Provider provider, EventLoop loop) {
    long now = System.nanoTime();
    Asking known = latest.get(provider);
    if (known != null && known.holds(now)) {
      return known.told;
    }
    Asking mine = new Asking(provider);
    Asking chosen =
        latest.merge(provider, mine, (before, next) -> before.holds(now) ? before : next);
    if (chosen == mine) {
      mine.ask(loop);
    }
    return chosen.told;
  }

  /** One provider's answer. Owned by the event loop that asks; what was told is for all of them. */
  private final class Asking implements UpstreamListener {
    private final Provider provider;
    private final CompletableFuture<Told> told = new CompletableFuture<>();
    private @Nullable UpstreamCall call;
    private @Nullable ScheduledFuture<?> timeout;
    private @Nullable ByteBuf body;
    private boolean good;
    private boolean over;

    Asking(Provider provider) {
      this.provider = provider;
    }

    /** Whether nobody need ask again; for all loops. */
    boolean holds(long nowNanos) {
      return !told.isDone() || nowNanos - told.join().untilNanos() < 0;
    }

    void ask(EventLoop loop) {
      try {
        timeout = loop.schedule(this::giveUp, ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS);
        UpstreamRequest request = provider.models("model-list");
        provider.sign(provider.credential(ThreadLocalRandom.current()), request);
        call = provider.upstream().call(loop, request, this);
      } catch (GatewayException _) {
        // Whoever renews the credential tells the log.
        giveUp();
      } catch (RuntimeException e) {
        // Whoever else waits need not wait for ever.
        giveUp();
        throw e;
      }
    }

    private void giveUp() {
      if (!over) {
        if (call != null) {
          call.cancel();
        }
        finish(List.of(), FAILED_NANOS);
      }
    }

    @Override
    public void connected() {}

    @Override
    public void head(HttpResponseStatus status, HttpHeaders headers) {
      good = status.code() == HttpResponseStatus.OK.code();
    }

    @Override
    public void data(ByteBuf data) {
      if (over || !good) {
        data.release();
        return;
      }
      ByteBuf gathered = body;
      if (gathered == null) {
        gathered = data.alloc().heapBuffer(data.readableBytes());
        body = gathered;
      }
      boolean fits = gathered.readableBytes() + data.readableBytes() <= ANSWER_BYTES_MAX;
      if (fits) {
        gathered.writeBytes(data);
      }
      data.release();
      if (!fits) {
        giveUp();
      }
    }

    @Override
    public void readComplete() {}

    @Override
    public void end() {
      if (over) {
        return;
      }
      List<ModelEntry> models = new ArrayList<>();
      ByteBuf gathered = body;
      if (gathered != null) {
        int from = gathered.arrayOffset() + gathered.readerIndex();
        for (ModelListReader.Model model :
            provider.readModels(gathered.array(), from, from + gathered.readableBytes())) {
          String name = provider.name() + "/" + model.id();
          UUID id = engine.serving().router().id(name);
          models.add(new ModelEntry(name, provider.name(), model.created(), id));
        }
      }
      finish(models, good ? FRESH_NANOS : FAILED_NANOS);
    }

    @Override
    public void failed(UpstreamFailure failure) {
      if (!over) {
        finish(List.of(), FAILED_NANOS);
      }
    }

    private void finish(List<ModelEntry> models, long keptNanos) {
      over = true;
      if (timeout != null) {
        timeout.cancel(false);
      }
      ByteBuf gathered = body;
      if (gathered != null) {
        body = null;
        gathered.release();
      }
      told.complete(new Told(List.copyOf(models), System.nanoTime() + keptNanos));
    }
  }
}
