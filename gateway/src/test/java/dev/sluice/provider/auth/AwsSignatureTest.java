package dev.sluice.provider.auth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.net.UpstreamRequest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AwsSignatureTest {

  private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

  record Vector(
      String name,
      Instant time,
      String service,
      String token,
      String method,
      String host,
      String path,
      List<String> headers,
      String body,
      String signedHeaders,
      String signature) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Vector> vectors() throws IOException {
    try (InputStream in = AwsSignatureTest.class.getResourceAsStream("/provider/auth/sigv4.txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\\|", -1))
          .map(f ->
              new Vector(
                  f[0],
                  Instant.parse(f[1]),
                  f[2],
                  f[3],
                  f[4],
                  f[5],
                  f[6],
                  f[7].isEmpty() ? List.of() : List.of(f[7].split("~")),
                  f[8],
                  f[9],
                  f[10]))
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("vectors")
  void signsAsPublished(Vector vector) {
    AwsSignature signature = new AwsSignature("us-east-1", vector.service());
    AwsKeys keys = keys(vector.token().isEmpty() ? null : vector.token());
    HttpHeaders headers =
        DefaultHttpHeadersFactory.headersFactory().withValidation(false).newHeaders();
    vector
        .headers()
        .forEach(line ->
            headers.add(
                line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1)));
    ByteBuf body = ByteBufUtil.writeUtf8(UnpooledByteBufAllocator.DEFAULT, vector.body());
    UpstreamRequest request =
        new UpstreamRequest(HttpMethod.valueOf(vector.method()), vector.path(), headers, body);

    signature.sign(request, vector.host(), keys, vector.time());

    assertThat(headers.get("authorization"))
        .isEqualTo(
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/%s/us-east-1/%s/aws4_request, SignedHeaders=%s, Signature=%s",
            AwsSignature.time(vector.time()).substring(0, 8),
            vector.service(),
            vector.signedHeaders(),
            vector.signature());
    body.release();
  }

  @Test
  void theVectorsAreThere() throws IOException {
    assertThat(vectors()).hasSizeGreaterThan(15);
  }

  @Test
  void readsABodyOfAnyShapeWithoutMovingIt() {
    byte[] bytes =
        "{\"prompt\":\"something long enough to be cut\"}".getBytes(StandardCharsets.UTF_8);
    String expected = signed(Unpooled.wrappedBuffer(bytes));
    ByteBuf direct = Unpooled.directBuffer().writeByte('x').writeBytes(bytes).writeByte('y');
    direct.readerIndex(1).writerIndex(1 + bytes.length);
    ByteBuf composite =
        Unpooled.wrappedBuffer(
            Unpooled.directBuffer().writeBytes(bytes, 0, 7),
            Unpooled.copiedBuffer(bytes, 7, 0),
            Unpooled.copiedBuffer(bytes, 7, bytes.length - 7));

    assertThat(signed(direct.retain())).isEqualTo(expected);
    assertThat(signed(composite)).isEqualTo(expected);
    assertThat(signed(Unpooled.copiedBuffer(bytes, 0, bytes.length - 1))).isNotEqualTo(expected);
    assertThat(direct.readerIndex()).isEqualTo(1);
    assertThat(direct.readableBytes()).isEqualTo(bytes.length);
    direct.release();
  }

  @Test
  void aKeyThatWasRenewedSignsFromTheNextRequestOn() {
    AwsSignature signature = new AwsSignature("us-east-1", "bedrock");
    UpstreamRequest request = request(Unpooled.EMPTY_BUFFER);

    signature.sign(request, "host", keys(null), NOON);
    String first = request.headers().get("authorization");
    signature.sign(request, "host", new AwsKeys("AKIDEXAMPLE", "another", "token"), NOON);
    String second = request.headers().get("authorization");
    signature.sign(request, "host", keys(null), NOON);

    assertThat(second).isNotEqualTo(first);
    assertThat(request.headers().get("authorization")).isEqualTo(first);
    assertThat(request.headers().contains("x-amz-security-token")).isFalse();
  }

  @Test
  void aKeyIsDerivedAnewForEachDay() {
    AwsSignature kept = new AwsSignature("us-east-1", "bedrock");
    UpstreamRequest request = request(Unpooled.EMPTY_BUFFER);

    kept.sign(request, "host", keys(null), Instant.parse("2026-12-31T23:59:59Z"));
    kept.sign(request, "host", keys(null), Instant.parse("2027-01-01T00:00:00Z"));
    String afterMidnight = request.headers().get("authorization");
    new AwsSignature("us-east-1", "bedrock")
        .sign(request, "host", keys(null), Instant.parse("2027-01-01T00:00:00Z"));

    assertThat(request.headers().get("authorization")).isEqualTo(afterMidnight);
    assertThat(request.headers().get("x-amz-date")).isEqualTo("20270101T000000Z");
  }

  @Test
  void printsWithoutSecrets() {
    assertThat(keys("session").toString()).doesNotContain(SECRET).doesNotContain("session");
    assertThat(new Token<>(SECRET, NOON).toString()).doesNotContain(SECRET);
    assertThat(BearerToken.of(SECRET, null).toString()).doesNotContain(SECRET);
  }

  private static String signed(ByteBuf body) {
    UpstreamRequest request = request(body);
    new AwsSignature("us-east-1", "bedrock").sign(request, "host", keys(null), NOON);
    body.release();
    return request.headers().get("authorization");
  }

  private static UpstreamRequest request(ByteBuf body) {
    return new UpstreamRequest(
        HttpMethod.POST, "/model/m/converse", new DefaultHttpHeaders(), body);
  }

  private static AwsKeys keys(String token) {
    return new AwsKeys("AKIDEXAMPLE", SECRET, token);
  }
}
