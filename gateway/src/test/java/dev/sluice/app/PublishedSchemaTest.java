package dev.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.config.ConfigException;
import dev.sluice.dialect.Dialect;
import dev.sluice.dialect.RequestHead;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import tools.jackson.databind.JsonNode;

/** What a front door publishes of its requests, against what it takes. */
class PublishedSchemaTest {

  private static final String ID = "11111111-1111-4111-8111-111111111111";
  private static final Pattern FRACTION = Pattern.compile("\"max_tokens\":-?[0-9]+[.e]");
  private static final List<Door> DOORS = doors();

  /** One path of one dialect, and the schema of its requests. */
  private record Door(Dialect dialect, String path, Contract contract, Schema schema) {
    @Override
    public String toString() {
      return dialect.name() + " " + path;
    }

    JsonNode wanted() {
      return contract
          .document()
          .path("paths")
          .path(path)
          .path("post")
          .path("requestBody")
          .path("content")
          .path("application/json")
          .path("schema");
    }

    boolean takes(String body) {
      HttpHeaders headers = new DefaultHttpHeaders();
      headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
      RequestHead head =
          new RequestHead(
              RequestHead.Entrance.of(path.replace("{modelIdentifier}", ID)),
              "",
              "http",
              headers,
              "id");
      try {
        dialect.read(head, Unpooled.wrappedBuffer(body.getBytes(StandardCharsets.UTF_8)));
        return true;
      } catch (GatewayException e) {
        assertThat(e.fault()).isInstanceOfAny(Fault.InvalidRequest.class);
        return false;
      }
    }
  }

  private static List<Door> doors() {
    try {
      Dialects dialects =
          new Dialects(
              RunningGateway.loaded("dialects: { yomo: { default_model: m } }\n").settings());
      return dialects.byName().values().stream()
          .flatMap(dialect -> {
            Contract contract = Contract.of(dialect);
            return contract.endpoints().stream()
                .filter(endpoint -> endpoint.startsWith("post "))
                .map(endpoint -> endpoint.substring("post ".length()))
                .map(path -> new Door(dialect, path, contract, contract.request("post", path)));
          })
          .toList();
    } catch (ConfigException e) {
      throw new IllegalStateException(e);
    }
  }

  @Provide
  Arbitrary<Door> door() {
    return Arbitraries.of(DOORS);
  }

  @Property(tries = 6000)
  void takesWhatItsSchemaTakesAndNothingElse(@ForAll("door") Door door, @ForAll Random random) {
    String body =
        NearSchema.text(door.wanted(), door.contract().document().path("components"), random);
    List<String> problems =
        door.schema().validate(body, InputFormat.JSON).stream().map(Object::toString).toList();

    boolean taken = door.takes(body);

    if (taken && door.dialect().name().equals("assemblyai")) {
      // A fallback is only looked at as far as it may be needed.
      problems = problems.stream().filter(one -> !one.startsWith("/fallbacks/")).toList();
    }
    if (door.dialect().name().equals("jylo") && (taken || FRACTION.matcher(body).find())) {
      // More is taken than the page says: names in any case, and numbers as strings. And the
      // framework takes 5 for a whole number, but not 5.0, which are one to a schema.
      return;
    }
    assertThat(taken).as("%s of %s: %s", door, body, problems).isEqualTo(problems.isEmpty());
    Statistics.collect(taken);
    Statistics.coverage(coverage -> {
      coverage.check(true).percentage(share -> share > 25.0);
      coverage.check(false).percentage(share -> share > 25.0);
    });
  }
}
