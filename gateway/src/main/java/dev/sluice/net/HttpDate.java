package dev.sluice.net;

import io.netty.util.AsciiString;
import java.time.Clock;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The {@code date} header, made once a second. Owned by one event loop. */
final class HttpDate {

  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Clock clock;
  private long second = -1;
  private AsciiString text = AsciiString.EMPTY_STRING;

  HttpDate(Clock clock) {
    this.clock = clock;
  }

  AsciiString now() {
    long current = clock.millis() / 1000;
    if (current != second) {
      second = current;
      text = new AsciiString(FORMAT.format(clock.instant()));
    }
    return text;
  }
}
