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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lists what is served: the configured names, and what every provider says it has. Providers are
 * asked at most once a minute, and one that does not answer in time is left out. Safe for all
 * loops.
 */
public final class ModelListing {

  private static final long FRESH_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long ANSWER_MILLIS_MAX = 3000;
  private static final int ANSWER_BYTES_MAX = 8 * 1024 * 1024;

  private final Engine engine;
  private final Map<Provider, Known> known = new ConcurrentHashMap<>();

  private record Known(List<ModelEntry> models, long atNanos) {}

  /** A listing of what {@code engine} serves. */
  ModelListing(Engine engine) {
    this.engine = engine;
  }

  /** Tells {@code then} all models, on {@code loop}, which must be the current thread's. */
  public void list(EventLoop loop, Consumer<List<ModelEntry>> then) {
    Router router = engine.serving().router();
    known.keySet().retainAll(router.providers().values());
    List<ModelEntry> all = new ArrayList<>();
    for (String name : router.modelNames()) {
      String owner = router.targets(name).getFirst().provider().name();
      all.add(new ModelEntry(name, owner, 0, router.id(name)));
    }
    List<Provider> toAsk = new ArrayList<>();
    long now = System.nanoTime();
    for (Provider provider : router.providers().values()) {
      Known fresh = known.get(provider);
      if (fresh != null && now - fresh.atNanos() < FRESH_NANOS) {
        all.addAll(fresh.models());
      } else if (provider.listsModels()) {
        toAsk.add(provider);
      }
    }
    if (toAsk.isEmpty()) {
      then.accept(all);
      return;
    }
    Gathering gathering = new Gathering(all, toAsk.size(), then);
    for (Provider provider : toAsk) {
      new Asking(provider, gathering).ask(loop);
    }
  }

  /** Answers that are still awaited. Owned by one event loop. */
  private static final class Gathering {
    private final List<ModelEntry> all;
    private final Consumer<List<ModelEntry>> then;
    private int awaited;

    Gathering(List<ModelEntry> all, int awaited, Consumer<List<ModelEntry>> then) {
      this.all = all;
      this.awaited = awaited;
      this.then = then;
    }

    void add(List<ModelEntry> models) {
      all.addAll(models);
      awaited--;
      if (awaited == 0) {
        then.accept(all);
      }
    }
  }

  /** One provider's answer. Owned by one event loop. */
  private final class Asking implements UpstreamListener {
    private final Provider provider;
    private final Gathering gathering;
    private @Nullable UpstreamCall call;
    private @Nullable ScheduledFuture<?> timeout;
    private @Nullable ByteBuf body;
    private boolean good;
    private boolean over;

    Asking(Provider provider, Gathering gathering) {
      this.provider = provider;
      this.gathering = gathering;
    }

    void ask(EventLoop loop) {
      timeout = loop.schedule(this::giveUp, ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS);
      UpstreamRequest request = provider.models("model-list");
      try {
        provider.sign(provider.credential(ThreadLocalRandom.current()), request);
      } catch (GatewayException _) {
        // Whoever renews the credential tells the log.
        loop.execute(this::giveUp);
        return;
      }
      call = provider.upstream().call(loop, request, this);
    }

    private void giveUp() {
      if (!over) {
        if (call != null) {
          call.cancel();
        }
        finish(List.of());
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
      if (good) {
        known.put(provider, new Known(List.copyOf(models), System.nanoTime()));
      }
      finish(models);
    }

    @Override
    public void failed(UpstreamFailure failure) {
      if (!over) {
        finish(List.of());
      }
    }

    private void finish(List<ModelEntry> models) {
      over = true;
      if (timeout != null) {
        timeout.cancel(false);
      }
      ByteBuf gathered = body;
      if (gathered != null) {
        body = null;
        gathered.release();
      }
      gathering.add(models);
    }
  }
}
