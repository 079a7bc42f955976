package dev.sluice.provider.auth;

import dev.sluice.net.UpstreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * AWS's Signature Version 4 in the {@code authorization} header, as <a
 * href="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html">its
 * document</a> says. Signed are the method, path, query and body, and of the headers {@code host},
 * {@code content-type} and all that begin with {@code x-amz}: what a proxy on the way may add or
 * change is left out.
 *
 * <p>The key that signs is derived from the secret by four rounds and holds for a day; it is kept.
 * Safe to use from every event loop.
 */
final class AwsSignature {

  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final String TERMINATOR = "aws4_request";
  private static final String OWN_PREFIX = "x-amz";
  private static final AsciiString X_AMZ_DATE = AsciiString.cached("x-amz-date");
  private static final AsciiString X_AMZ_SECURITY_TOKEN =
      AsciiString.cached("x-amz-security-token");
  private static final String HMAC = "HmacSHA256";
  private static final HexFormat HEX = HexFormat.of();
  private static final int HEAD_CHARS = 512;

  private final String region;
  private final String service;

  /** The last day's key. Racing loops at worst derive the same one twice. */
  private volatile @Nullable DayKey dayKey;

  /** What signs for one day with one secret. */
  private record DayKey(String day, AwsKeys keys, SecretKeySpec key) {
    @Override
    public String toString() {
      return "DayKey[" + day + "]";
    }
  }

  /**
   * A signer.
   *
   * @param region such as {@code us-east-1}
   * @param service the name that the service signs by, such as {@code bedrock}
   */
  AwsSignature(String region, String service) {
    this.region = region;
    this.service = service;
  }

  /**
   * Signs.
   *
   * @param request gets {@code x-amz-date}, {@code authorization} and, with temporary keys, {@code
   *     x-amz-security-token}; what it says there is overwritten
   * @param host what the {@code host} header will say
   */
  void sign(UpstreamRequest request, String host, AwsKeys keys, Instant now) {
    String time = time(now);
    String day = time.substring(0, 8);
    HttpHeaders headers = request.headers();
    headers.set(X_AMZ_DATE, time);
    if (keys.sessionToken() == null) {
      headers.remove(X_AMZ_SECURITY_TOKEN);
    } else {
      headers.set(X_AMZ_SECURITY_TOKEN, keys.sessionToken());
    }

    MessageDigest sha256 = sha256();
    StringBuilder canonical = new StringBuilder(HEAD_CHARS);
    String signedHeaders = canonical(request, host, hash(request.body(), sha256), canonical);
    String scope = day + '/' + region + '/' + service + '/' + TERMINATOR;
    String canonicalHash = HEX.formatHex(sha256.digest(utf8(canonical.toString())));
    String toSign = ALGORITHM + '\n' + time + '\n' + scope + '\n' + canonicalHash;
    String signature = HEX.formatHex(hmac(key(keys, day), toSign));

    headers.set(
        HttpHeaderNames.AUTHORIZATION,
        ALGORITHM
            + " Credential="
            + keys.accessKeyId()
            + '/'
            + scope
            + ", SignedHeaders="
            + signedHeaders
            + ", Signature="
            + signature);
  }

  /** Appends the canonical request to {@code to}; the names of the signed headers. */
  static String canonical(UpstreamRequest request, String host, String bodyHash, StringBuilder to) {
    String target = request.path();
    int mark = target.indexOf('?');
    to.append(request.method().name()).append('\n');
    AwsCanonical.path(mark < 0 ? target : target.substring(0, mark), to);
    to.append('\n');
    if (mark >= 0) {
      AwsCanonical.query(target.substring(mark + 1), to);
    }
    to.append('\n');
    String names = headers(request.headers(), host, to);
    to.append('\n').append(names).append('\n').append(bodyHash);
    return names;
  }

  private static String headers(HttpHeaders headers, String host, StringBuilder to) {
    TreeMap<String, String> signed = new TreeMap<>();
    signed.put("host", host);
    Iterator<Map.Entry<CharSequence, CharSequence>> all = headers.iteratorCharSequence();
    while (all.hasNext()) {
      Map.Entry<CharSequence, CharSequence> header = all.next();
      CharSequence name = header.getKey();
      if (isSigned(name)) {
        signed.merge(
            AsciiString.of(name).toLowerCase().toString(),
            AwsCanonical.headerValue(header.getValue()),
            (first, second) -> first + ',' + second);
      }
    }
    StringBuilder names = new StringBuilder(80);
    signed.forEach((name, value) -> {
      to.append(name).append(':').append(value).append('\n');
      names.append(names.isEmpty() ? "" : ";").append(name);
    });
    return names.toString();
  }

  private static boolean isSigned(CharSequence name) {
    return AsciiString.regionMatches(name, true, 0, OWN_PREFIX, 0, OWN_PREFIX.length())
        || AsciiString.contentEqualsIgnoreCase(name, HttpHeaderNames.CONTENT_TYPE);
  }

  /** The hash of what is readable, whose indexes stay as they are. */
  private static String hash(ByteBuf body, MessageDigest sha256) {
    if (body.hasArray()) {
      sha256.update(body.array(), body.arrayOffset() + body.readerIndex(), body.readableBytes());
    } else if (body.nioBufferCount() == 1) {
      sha256.update(body.nioBuffer());
    } else {
      for (ByteBuffer part : body.nioBuffers()) {
        sha256.update(part);
      }
    }
    return HEX.formatHex(sha256.digest());
  }

  @SuppressWarnings("ReferenceEquality") // A keeper hands out one object until it renews it.
  private SecretKeySpec key(AwsKeys keys, String day) {
    DayKey known = dayKey;
    if (known != null && known.keys() == keys && known.day().equals(day)) {
      return known.key();
    }
    byte[] secret = utf8("AWS4" + keys.secretAccessKey());
    byte[] ofDay = hmac(new SecretKeySpec(secret, HMAC), day);
    byte[] ofRegion = hmac(new SecretKeySpec(ofDay, HMAC), region);
    byte[] ofService = hmac(new SecretKeySpec(ofRegion, HMAC), service);
    SecretKeySpec key =
        new SecretKeySpec(hmac(new SecretKeySpec(ofService, HMAC), TERMINATOR), HMAC);
    Arrays.fill(secret, (byte) 0);
    dayKey = new DayKey(day, keys, key);
    return key;
  }

  /** {@code 20150830T123600Z}. */
  static String time(Instant now) {
    LocalDateTime utc = LocalDateTime.ofEpochSecond(now.getEpochSecond(), 0, ZoneOffset.UTC);
    StringBuilder text = new StringBuilder(16);
    text.append(utc.getYear());
    twoDigits(utc.getMonthValue(), text);
    twoDigits(utc.getDayOfMonth(), text);
    text.append('T');
    twoDigits(utc.getHour(), text);
    twoDigits(utc.getMinute(), text);
    twoDigits(utc.getSecond(), text);
    return text.append('Z').toString();
  }

  private static void twoDigits(int number, StringBuilder to) {
    to.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }

  private static byte[] hmac(SecretKeySpec key, String text) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(key);
      return mac.doFinal(utf8(text));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + HMAC, e);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
