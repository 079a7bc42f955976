package dev.sluice.protocol.eventstream;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A message of an event stream, as it lies in the bytes that it came in. Valid until the sink that
 * got it returns; one object serves for all messages of a stream. Owned by the stream's thread.
 */
public final class EventMessage {

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int TEXT_TYPE = 7;
  private static final int UNIVERSAL_ID_BYTES = 16;

  private final byte[] usualHeaders;
  private byte[] bytes = {};
  private int headersFrom;
  private int payloadFrom;
  private int payloadTo;

  private boolean usual;

  /**
   * A message.
   *
   * @param usualHeaders what the headers of most messages are; empty where nothing is known
   */
  EventMessage(byte[] usualHeaders) {
    this.usualHeaders = usualHeaders;
  }

  /**
   * Takes the message in {@code bytes[headersFrom, payloadTo)}.
   *
   * @throws BrokenEventStream where a header does not fit into the headers, or is of no known type
   */
  void set(byte[] all, int headers, int payload, int end) {
    bytes = all;
    headersFrom = headers;
    payloadFrom = payload;
    payloadTo = end;
    usual =
        usualHeaders.length > 0
            && Arrays.equals(all, headers, payload, usualHeaders, 0, usualHeaders.length);
    if (!usual) {
      checkHeaders(headers, payload);
    }
  }

  private void checkHeaders(int headers, int payload) {
    int at = headers;
    while (at < payload) {
      int value = valueAt(at);
      if (value > payload) {
        throw new BrokenEventStream("a header of a message is cut short");
      }
      at = after(value);
      if (at > payload) {
        throw new BrokenEventStream("a header of a message is cut short");
      }
    }
  }

  /** The array that holds the message. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the payload begins in {@link #bytes}. */
  public int payloadFrom() {
    return payloadFrom;
  }

  /** Where the payload ends. */
  public int payloadTo() {
    return payloadTo;
  }

  /** Whether the headers are, byte by byte, the ones that its reader was told to be usual. */
  public boolean hasUsualHeaders() {
    return usual;
  }

  /**
   * Whether a header of that name says that string.
   *
   * @param name in UTF-8
   * @param value in UTF-8
   */
  public boolean says(byte[] name, byte[] value) {
    int at = find(name);
    if (at < 0 || bytes[at] != TEXT_TYPE) {
      return false;
    }
    int from = at + 3;
    return Arrays.equals(bytes, from, from + length(at), value, 0, value.length);
  }

  /**
   * The string that a header of that name says; empty where there is none.
   *
   * @param name in UTF-8
   */
  public String text(byte[] name) {
    int at = find(name);
    if (at < 0 || bytes[at] != TEXT_TYPE) {
      return "";
    }
    return new String(bytes, at + 3, length(at), StandardCharsets.UTF_8);
  }

  /** All headers, in their order. */
  public List<Header> headers() {
    List<Header> all = new ArrayList<>();
    int at = headersFrom;
    while (at < payloadFrom) {
      int value = valueAt(at);
      String name = new String(bytes, at + 1, bytes[at] & 0xff, StandardCharsets.UTF_8);
      all.add(new Header(name, value(value)));
      at = after(value);
    }
    return all;
  }

  /** Where the value of the header of that name begins; -1 where there is none. */
  private int find(byte[] name) {
    int at = headersFrom;
    while (at < payloadFrom) {
      int value = valueAt(at);
      if (Arrays.equals(bytes, at + 1, value, name, 0, name.length)) {
        return value;
      }
      at = after(value);
    }
    return -1;
  }

  /** Where the value of the header at {@code at} begins: with its type. */
  private int valueAt(int at) {
    return at + 1 + (bytes[at] & 0xff);
  }

  /** Where the next header begins; may lie beyond the headers, if they are broken. */
  private int after(int value) {
    if (value >= payloadFrom) {
      return Integer.MAX_VALUE;
    }
    return switch (bytes[value]) {
      case 0, 1 -> value + 1;
      case 2 -> value + 2;
      case 3 -> value + 3;
      case 4 -> value + 5;
      case 5, 8 -> value + 9;
      case 6, TEXT_TYPE -> value + 3 > payloadFrom ? Integer.MAX_VALUE : value + 3 + length(value);
      case 9 -> value + 1 + UNIVERSAL_ID_BYTES;
      default -> throw new BrokenEventStream("a header of a message is of no known type");
    };
  }

  private int length(int value) {
    return (short) SHORT.get(bytes, value + 1) & 0xffff;
  }

  private HeaderValue value(int at) {
    int from = at + 1;
    return switch (bytes[at]) {
      case 0 -> new HeaderValue.Bool(true);
      case 1 -> new HeaderValue.Bool(false);
      case 2 -> new HeaderValue.Int8(bytes[from]);
      case 3 -> new HeaderValue.Int16((short) SHORT.get(bytes, from));
      case 4 -> new HeaderValue.Int32((int) INT.get(bytes, from));
      case 5 -> new HeaderValue.Int64((long) LONG.get(bytes, from));
      case 6 -> HeaderValue.Bytes.of(Arrays.copyOfRange(bytes, at + 3, at + 3 + length(at)));
      case TEXT_TYPE ->
          new HeaderValue.Text(new String(bytes, at + 3, length(at), StandardCharsets.UTF_8));
      case 8 -> new HeaderValue.Timestamp((long) LONG.get(bytes, from));
      case 9 ->
          new HeaderValue.Uuid(
              (long) LONG.get(bytes, from), (long) LONG.get(bytes, from + Long.BYTES));
      default -> throw new IllegalStateException("was checked: " + bytes[at]);
    };
  }
}
