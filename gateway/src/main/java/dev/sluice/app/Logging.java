package dev.sluice.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import dev.sluice.config.LogSettings;
import org.slf4j.LoggerFactory;

/** Sets the log up: on standard error, as text or as JSON lines. */
final class Logging {

  private Logging() {}

  /** For commands that print their result: warnings alone, on standard error. */
  static void quiet() {
    configure(new LogSettings(LogSettings.Format.TEXT, LogSettings.Level.WARN));
  }

  static void configure(LogSettings settings) {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      return;
    }
    context.reset();
    Encoder<ILoggingEvent> encoder =
        switch (settings.format()) {
          case TEXT -> text(context);
          case JSON -> json(context);
        };
    ConsoleAppender<ILoggingEvent> appender = new ConsoleAppender<>();
    appender.setContext(context);
    appender.setTarget("System.err");
    appender.setEncoder(encoder);
    appender.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.addAppender(appender);
    root.setLevel(Level.WARN);
    // It logs what clients' schemas hold.
    context.getLogger("com.networknt").setLevel(Level.OFF);
    // It warns at every turn in which more sockets have news than fit at once; none is lost.
    context.getLogger("io.netty.channel.uring.IoUringIoHandler").setLevel(Level.ERROR);
    context.getLogger("dev.sluice").setLevel(Level.toLevel(settings.level().name()));
  }

  private static Encoder<ILoggingEvent> text(LoggerContext context) {
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern("%d{HH:mm:ss.SSS} %-5level %logger{0}: %msg%n%ex{full}");
    encoder.start();
    return encoder;
  }

  private static Encoder<ILoggingEvent> json(LoggerContext context) {
    JsonEncoder encoder = new JsonEncoder();
    encoder.setContext(context);
    encoder.setWithArguments(false);
    encoder.setWithContext(false);
    encoder.setWithSequenceNumber(false);
    encoder.start();
    return encoder;
  }
}
