package dev.sluice.observe;

import dev.sluice.chat.Settlement;
import dev.sluice.chat.Usage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.netty4.NettyAllocatorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The gateway's figures for the operator's scrape. Every label comes from a bounded set: configured
 * models always have one of their own; others, whose names clients choose, only as long as there
 * are no more than {@value #STRANGERS_MAX} of them, and beyond that are counted together as {@code
 * other}.
 *
 * <p>Recording is cheap enough for event loops: one look-up by labels that leads to ready meters.
 * Safe for all threads.
 */
public final class Metrics implements AutoCloseable {

  private static final int STRANGERS_MAX = 500;

  /** A label that is longer helps nobody, and every scrape carries it. */
  private static final int MODEL_CHARS_MAX = 128;

  private static final String OTHER = "other";
  private static final String NONE = "none";

  private static final Duration[] DURATIONS = {
    Duration.ofMillis(10),
    Duration.ofMillis(20),
    Duration.ofMillis(40),
    Duration.ofMillis(80),
    Duration.ofMillis(160),
    Duration.ofMillis(320),
    Duration.ofMillis(640),
    Duration.ofMillis(1280),
    Duration.ofMillis(2560),
    Duration.ofMillis(5120),
    Duration.ofMillis(10_240),
    Duration.ofMillis(20_480),
    Duration.ofMillis(40_960),
    Duration.ofMillis(81_920)
  };

  private static final Duration[] OWN_TIMES = {
    Duration.ofNanos(25_000),
    Duration.ofNanos(50_000),
    Duration.ofNanos(100_000),
    Duration.ofNanos(250_000),
    Duration.ofNanos(500_000),
    Duration.ofMillis(1),
    Duration.ofMillis(5),
    Duration.ofMillis(25),
    Duration.ofMillis(100)
  };

  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Map<Labels, Meters> meters = new ConcurrentHashMap<>();
  private final Map<Retry, Counter> retries = new ConcurrentHashMap<>();
  private final Map<Check, Counter> checks = new ConcurrentHashMap<>();
  private final Set<String> strangers = ConcurrentHashMap.newKeySet();
  private volatile Set<String> known = Set.of();
  private final AtomicInteger configurationCurrent = new AtomicInteger(1);
  private final Counter reloadsGood;
  private final Counter reloadsBad;
  private @Nullable JvmGcMetrics collections;

  private record Labels(
      String dialect,
      String provider,
      String model,
      int status,
      Settlement.Outcome outcome,
      Settlement.Shape shape) {}

  private record Retry(String provider, String reason) {}

  private record Check(String provider, String outcome) {}

  private record Meters(
      Counter requests,
      Timer duration,
      Timer firstByte,
      Timer own,
      Counter promptTokens,
      Counter completionTokens,
      Counter cachedTokens,
      Counter reasoningTokens) {}

  /** Figures, all at zero. */
  public Metrics() {
    reloadsGood =
        Counter.builder("sluice.config.reloads")
            .description("Configuration files read after the start")
            .tag("result", "applied")
            .register(registry);
    reloadsBad =
        Counter.builder("sluice.config.reloads")
            .description("Configuration files read after the start")
            .tag("result", "refused")
            .register(registry);
    Gauge.builder("sluice.config.current", configurationCurrent, AtomicInteger::get)
        .description("1 while the file on disk is what is served, 0 after one was refused")
        .register(registry);
  }

  /** Adds the virtual machine's and the process's own figures. */
  public void bindProcess() {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    if (ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider buffers) {
      // The virtual machine counts only what it has given itself.
      new NettyAllocatorMetrics(buffers).bindTo(registry);
    }
    JvmGcMetrics gc = new JvmGcMetrics();
    gc.bindTo(registry);
    collections = gc;
  }

  /** Counts an exchange that has ended. */
  public void settled(Settlement settlement) {
    String provider = settlement.provider() == null ? NONE : settlement.provider();
    Labels labels =
        new Labels(
            settlement.dialect(),
            provider,
            boundedModel(settlement),
            settlement.status(),
            settlement.outcome(),
            settlement.shape());
    Meters found = meters.get(labels);
    if (found == null) {
      found = meters.computeIfAbsent(labels, this::register);
    }
    found.requests.increment();
    found.duration.record(settlement.nanos().total(), TimeUnit.NANOSECONDS);
    if (settlement.nanos().firstByte() >= 0) {
      found.firstByte.record(settlement.nanos().firstByte(), TimeUnit.NANOSECONDS);
    }
    if (settlement.nanos().own() >= 0) {
      found.own.record(settlement.nanos().own(), TimeUnit.NANOSECONDS);
    }
    Usage usage = settlement.usage();
    count(found.promptTokens, usage.promptTokens());
    count(found.completionTokens, usage.completionTokens());
    count(found.cachedTokens, usage.cachedTokens());
    count(found.reasoningTokens, usage.reasoningTokens());
  }

  /** Counts what a provider has reported for an answer in whose place came another one's. */
  public void spent(String provider, String model, Usage usage) {
    Tags who = Tags.of("provider", provider, "model", answering(model));
    count(tokens(who, "prompt"), usage.promptTokens());
    count(tokens(who, "completion"), usage.completionTokens());
    count(tokens(who, "cached"), usage.cachedTokens());
    count(tokens(who, "reasoning"), usage.reasoningTokens());
  }

  /**
   * Tells which models are configured, in place of those told before.
   *
   * @param models as their providers call them; those with overlong names are passed over
   */
  public void know(Set<String> models) {
    Set<String> named = new HashSet<>();
    for (String model : models) {
      if (model.length() <= MODEL_CHARS_MAX) {
        named.add(model);
      }
    }
    known = Set.copyOf(named);
  }

  /**
   * Counts that a target failed and another call was made.
   *
   * @param reason why; one of few words
   */
  public void retried(String provider, String reason) {
    Retry key = new Retry(provider, reason);
    Counter counter = retries.get(key);
    if (counter == null) {
      counter =
          retries.computeIfAbsent(
              key,
              retry ->
                  Counter.builder("sluice.retries")
                      .description(
                          "Failures before an answer began after which another call was made, by reason")
                      .tags("provider", retry.provider(), "reason", retry.reason())
                      .register(registry));
    }
    counter.increment();
  }

  /**
   * Counts an answer that was to have a form.
   *
   * @param outcome what became of it; one of few words
   */
  public void checked(String provider, String outcome) {
    checks
        .computeIfAbsent(
            new Check(provider, outcome),
            check ->
                Counter.builder("sluice.answer.checks")
                    .description("Answers that were to have a form, by what became of them")
                    .tags("provider", check.provider(), "outcome", check.outcome())
                    .register(registry))
        .increment();
  }

  /** Tells that a new configuration is served. */
  public void configurationApplied() {
    reloadsGood.increment();
    configurationCurrent.set(1);
  }

  /** Tells that a configuration was refused and the earlier one is still served. */
  public void configurationRefused() {
    reloadsBad.increment();
    configurationCurrent.set(0);
  }

  /** Shows a figure that is read at each scrape. The labels are pairs of key and value. */
  public <T> void gauge(
      String name, String description, T source, ToDoubleFunction<T> read, String... labels) {
    Gauge.builder(name, source, read)
        .description(description)
        .tags(labels)
        .strongReference(true)
        .register(registry);
  }

  /** Takes away the figures that carry this label, when what they were read from is gone. */
  public void forget(String label, String value) {
    registry.getMeters().stream()
        .filter(meter -> meter.getId().getType() == io.micrometer.core.instrument.Meter.Type.GAUGE)
        .filter(meter -> value.equals(meter.getId().getTag(label)))
        .forEach(registry::remove);
  }

  /** All figures in Prometheus's text format. */
  public String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    if (collections != null) {
      collections.close();
    }
    registry.close();
  }

  private Meters register(Labels labels) {
    Tags who = Tags.of("provider", labels.provider(), "model", labels.model());
    Tags how =
        Tags.of("dialect", labels.dialect()).and(who).and("shape", lower(labels.shape().name()));
    return new Meters(
        Counter.builder("sluice.requests")
            .description("Requests that have ended")
            .tags(how)
            .tag("status", Integer.toString(labels.status()))
            .tag("outcome", lower(labels.outcome().name()))
            .register(registry),
        Timer.builder("sluice.request.duration")
            .description("From a request's head to its answer's end")
            .tags(how)
            .serviceLevelObjectives(DURATIONS)
            .register(registry),
        Timer.builder("sluice.time.to.first.byte")
            .description("From a request's end to its answer's first byte from the provider")
            .tags(how)
            .serviceLevelObjectives(DURATIONS)
            .register(registry),
        Timer.builder("sluice.own.time")
            .description("The gateway's own part of a request's time")
            .tags("dialect", labels.dialect())
            .serviceLevelObjectives(OWN_TIMES)
            .register(registry),
        tokens(who, "prompt"),
        tokens(who, "completion"),
        tokens(who, "cached"),
        tokens(who, "reasoning"));
  }

  private Counter tokens(Tags who, String kind) {
    return Counter.builder("sluice.tokens")
        .description(
            "Tokens that providers reported; prompt includes cached, completion includes reasoning")
        .tags(who)
        .tag("kind", kind)
        .register(registry);
  }

  private String boundedModel(Settlement settlement) {
    String model = settlement.model();
    if (model == null) {
      return NONE;
    }
    // A name that no provider ever answered to, or counted tokens for, may be anything a client
    // made up.
    boolean answered =
        switch (settlement.outcome()) {
          case COMPLETED, BROKEN -> true;
          case REFUSED, ABANDONED -> settlement.usage().isReported();
        };
    if (answered) {
      return answering(model);
    }
    return isKnown(model) ? model : OTHER;
  }

  private boolean isKnown(String model) {
    return strangers.contains(model) || known.contains(model);
  }

  /** The label of a model that a provider has answered to. */
  private String answering(String model) {
    if (isKnown(model)) {
      return model;
    }
    if (model.length() > MODEL_CHARS_MAX || strangers.size() >= STRANGERS_MAX) {
      return OTHER;
    }
    strangers.add(model);
    return model;
  }

  private static void count(Counter counter, long tokens) {
    if (tokens > 0) {
      counter.increment((double) tokens);
    }
  }

  private static String lower(String name) {
    return name.toLowerCase(java.util.Locale.ROOT);
  }
}
