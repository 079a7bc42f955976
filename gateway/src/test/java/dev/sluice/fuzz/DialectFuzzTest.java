package dev.sluice.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.app.Gateway;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Losses;
import dev.sluice.config.DialectSettings;
import dev.sluice.config.SettingsLoader;
import dev.sluice.dialect.Dialect;
import dev.sluice.dialect.FaultContext;
import dev.sluice.dialect.Inquiry;
import dev.sluice.dialect.Rendered;
import dev.sluice.dialect.RequestHead;
import dev.sluice.dialect.assemblyai.AssemblyAiDialect;
import dev.sluice.dialect.bifrost.BifrostDialect;
import dev.sluice.dialect.jylo.JyloDialect;
import dev.sluice.dialect.poolside.PoolsideDialect;
import dev.sluice.dialect.yomo.YomoDialect;
import dev.sluice.json.JsonWriter;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.Map;

/** Every door reads a request or refuses it, and what was read can be said to a provider. */
class DialectFuzzTest {

  private static final int JSON_DEPTH_MAX = 128;
  private static final String CHAT = "/v1/chat/completions";
  private static final DialectSettings SETTINGS =
      new SettingsLoader(_ -> null, Gateway.DIALECTS).defaults().settings().dialects();

  private static final Dialect BIFROST = new BifrostDialect(SETTINGS.bifrost(), JSON_DEPTH_MAX);
  private static final Dialect YOMO = new YomoDialect(SETTINGS.yomo(), JSON_DEPTH_MAX);
  private static final Dialect ASSEMBLYAI =
      new AssemblyAiDialect(SETTINGS.assemblyai(), JSON_DEPTH_MAX);
  private static final Dialect POOLSIDE = new PoolsideDialect(SETTINGS.poolside(), JSON_DEPTH_MAX);
  private static final Dialect JYLO = new JyloDialect(SETTINGS.jylo(), JSON_DEPTH_MAX);

  @FuzzTest
  void bifrost(byte[] input) {
    check(BIFROST, CHAT, input);
  }

  @FuzzTest
  void yomo(byte[] input) {
    check(YOMO, CHAT, input);
  }

  @FuzzTest
  void invoke(byte[] input) {
    check(YOMO, "/invoke", input);
  }

  @FuzzTest
  void assemblyAi(byte[] input) {
    check(ASSEMBLYAI, CHAT, input);
  }

  @FuzzTest
  void poolside(byte[] input) {
    check(POOLSIDE, "/openai" + CHAT, input);
  }

  @FuzzTest
  void jylo(byte[] input) {
    check(JYLO, "/inference/completions/" + new java.util.UUID(1, 2), input);
  }

  private static void check(Dialect dialect, String path, byte[] input) {
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    RequestHead head =
        new RequestHead(
            new RequestHead.Entrance("/" + dialect.name(), path, Map.of()),
            "",
            "http",
            headers,
            "id");
    UnpooledByteBufAllocator alloc = new UnpooledByteBufAllocator(false, true);
    try {
      said(dialect.read(head, Unpooled.wrappedBuffer(input)), input.length, alloc);
    } catch (GatewayException e) {
      Rendered refused = dialect.fault(e.fault(), new FaultContext(head, null, null));
      Checks.bounded(refused.body().length, input.length);
      if (dialect != POOLSIDE) {
        Checks.wellFormed(refused.body(), 0, refused.body().length);
      }
    }
    long kept = alloc.metric().usedDirectMemory() + alloc.metric().usedHeapMemory();
    if (kept != 0) {
      throw new IllegalStateException("buffers of " + kept + " bytes are left");
    }
  }

  private static void said(Inquiry inquiry, int readBytes, UnpooledByteBufAllocator alloc) {
    for (int asked = 0; asked <= inquiry.fallbacks().size(); asked++) {
      ByteBuf body = inquiry.openAiBody(asked, "a \"model\"", alloc);
      byte[] bytes = new byte[body.readableBytes()];
      body.readBytes(bytes);
      body.release();
      Checks.bounded(bytes.length, readBytes);
      Checks.wellFormed(bytes, 0, bytes.length);
    }
    Wires.ANTHROPIC.translate(
        inquiry.chat(0, "m", alloc), EmptyHttpHeaders.INSTANCE, new JsonWriter(), new Losses());
  }
}
