package dev.sluice.provider.catalogue;

import dev.sluice.json.JsonReader;
import dev.sluice.json.NameTable;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the rules for one provider's models. The file is ours: what is wrong in it is a bug. */
final class TableReader {

  private static final NameTable NAMES =
      NameTable.of(
          "context",
          "output",
          "prices",
          "accepts",
          "input",
          "cache_read",
          "cache_write_5m",
          "cache_write_1h",
          "reasoning",
          "audio_input",
          "audio_output",
          "web_search",
          "valid_from",
          "above",
          "prompt",
          "batch",
          "flex",
          "priority");

  private final byte[] json;
  private final JsonReader in;

  private TableReader(byte[] json, int from, int to) {
    this.json = json;
    this.in = new JsonReader(json, from, to, NAMES);
  }

  /** A rule that is yet to be read. */
  private record Written(String pattern, byte[] json, int from, int to) implements Rule {

    @Override
    public Entry entry() {
      TableReader reader = new TableReader(json, from, to);
      try {
        return reader.entry();
      } catch (RuntimeException e) {
        throw new IllegalArgumentException("the rule for " + pattern + ": " + e.getMessage(), e);
      }
    }
  }

  /**
   * The rules in {@code json}, which is kept; each is read when it is asked for.
   *
   * @throws IllegalArgumentException where they are not as they should be; the message names the
   *     place
   */
  static Table read(byte[] json) {
    TableReader reader = new TableReader(json, 0, json.length);
    Table table = reader.table();
    reader.in.end();
    return table;
  }

  private Table table() {
    List<Table.Guest> guests = new ArrayList<>();
    Map<String, Rule> rules = new LinkedHashMap<>();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "provider" -> in.text();
        case "guests" -> {
          for (boolean next = in.enterObject(); next; next = in.nextMember()) {
            guests.add(new Table.Guest(in.name(), in.text()));
          }
        }
        case "models" -> {
          for (boolean next = in.enterObject(); next; next = in.nextMember()) {
            String pattern = in.name();
            int from = in.mark();
            in.skip();
            Rule rule = new Written(pattern, json, from, in.cursor().at());
            if (rules.put(pattern, rule) != null) {
              throw wrong("is there twice");
            }
          }
        }
        default -> throw wrong("is an unknown key");
      }
    }
    return new Table(guests, rules);
  }

  private Entry entry() {
    long context = ModelCard.UNKNOWN;
    long output = ModelCard.UNKNOWN;
    Prices prices = null;
    Map<String, Object> accepts = Map.of();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      switch (in.name()) {
        case "context" -> context = in.integer();
        case "output" -> output = in.integer();
        case "prices" -> prices = prices();
        case "accepts" -> accepts = accepts();
        default -> throw wrong("is an unknown key");
      }
    }
    return new Entry(context, output, prices, accepts);
  }

  private Map<String, Object> accepts() {
    Map<String, Object> accepts = new HashMap<>();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String key = in.name();
      Object value =
          switch (in.peek()) {
            case BOOLEAN -> in.bool();
            case NUMBER -> in.integer();
            case TEXT -> in.text();
            case ARRAY -> words();
            case OBJECT, NULL, NONE -> throw in.misshapen("a word, a number or a list of words");
          };
      accepts.put(key, value);
    }
    return accepts;
  }

  private List<String> words() {
    List<String> words = new ArrayList<>();
    for (boolean more = in.enterArray(); more; more = in.nextItem()) {
      words.add(in.text());
    }
    return words;
  }

  /** A tariff under way; of the whole price list where classes of service may follow. */
  private static final class Draft {
    final Map<Rates.Meter, BigDecimal> rates = new EnumMap<>(Rates.Meter.class);
    final List<Tariff.Step> steps = new ArrayList<>();
    long promptTokens;
  }

  private Prices prices() {
    Draft draft = new Draft();
    Tariff batch = null;
    Tariff flex = null;
    Tariff priority = null;
    BigDecimal webSearch = null;
    LocalDate validFrom = null;
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      String key = in.name();
      switch (key) {
        case "batch" -> batch = tariff();
        case "flex" -> flex = tariff();
        case "priority" -> priority = tariff();
        case "web_search" -> webSearch = decimal(key);
        case "valid_from" -> validFrom = date(in.text());
        default -> member(draft, key);
      }
    }
    Tariff standard = new Tariff(rates(draft), draft.steps);
    return new Prices(standard, batch, flex, priority, webSearch, validFrom);
  }

  private Tariff tariff() {
    Draft draft = new Draft();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      member(draft, in.name());
    }
    return new Tariff(rates(draft), draft.steps);
  }

  private void member(Draft draft, String key) {
    switch (key) {
      case "above" -> {
        for (boolean more = in.enterArray(); more; more = in.nextItem()) {
          draft.steps.add(step());
        }
      }
      case "prompt" -> draft.promptTokens = in.integer();
      default -> {
        Rates.Meter meter = meter(key);
        if (meter == null) {
          throw wrong("is an unknown key");
        }
        draft.rates.put(meter, decimal(key));
      }
    }
  }

  private Tariff.Step step() {
    Draft draft = new Draft();
    for (boolean more = in.enterObject(); more; more = in.nextMember()) {
      member(draft, in.name());
    }
    return new Tariff.Step(draft.promptTokens, rates(draft));
  }

  private Rates rates(Draft draft) {
    BigDecimal input = draft.rates.get(Rates.Meter.INPUT);
    BigDecimal output = draft.rates.get(Rates.Meter.OUTPUT);
    if (input == null || output == null) {
      throw wrong("has no input or no output");
    }
    return new Rates(
        input,
        output,
        draft.rates.get(Rates.Meter.CACHE_READ),
        draft.rates.get(Rates.Meter.CACHE_WRITE_5M),
        draft.rates.get(Rates.Meter.CACHE_WRITE_1H),
        draft.rates.get(Rates.Meter.REASONING),
        draft.rates.get(Rates.Meter.AUDIO_INPUT),
        draft.rates.get(Rates.Meter.AUDIO_OUTPUT));
  }

  private static Rates.@Nullable Meter meter(String key) {
    return switch (key) {
      case "input" -> Rates.Meter.INPUT;
      case "output" -> Rates.Meter.OUTPUT;
      case "cache_read" -> Rates.Meter.CACHE_READ;
      case "cache_write_5m" -> Rates.Meter.CACHE_WRITE_5M;
      case "cache_write_1h" -> Rates.Meter.CACHE_WRITE_1H;
      case "reasoning" -> Rates.Meter.REASONING;
      case "audio_input" -> Rates.Meter.AUDIO_INPUT;
      case "audio_output" -> Rates.Meter.AUDIO_OUTPUT;
      default -> null;
    };
  }

  private BigDecimal decimal(String key) {
    return Decimals.read(key, in.text());
  }

  /** {@code 2026-11-21}; by hand, since the library's parser is long to load. */
  private LocalDate date(String text) {
    if (text.length() != 10 || text.charAt(4) != '-' || text.charAt(7) != '-') {
      throw wrong("must be a date such as 2026-11-21");
    }
    return LocalDate.of(
        Integer.parseInt(text, 0, 4, 10),
        Integer.parseInt(text, 5, 7, 10),
        Integer.parseInt(text, 8, 10, 10));
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException("`" + in.path() + "` " + what);
  }
}
