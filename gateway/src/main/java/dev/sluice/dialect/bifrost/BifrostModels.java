package dev.sluice.dialect.bifrost;

import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.dialect.ModelEntry;
import dev.sluice.dialect.OpenAiModels;
import dev.sluice.dialect.Rendered;
import dev.sluice.json.JsonText;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.QueryStringDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The list of models with its paging: {@code provider} filters, {@code page_size} bounds, and
 * {@code page_token} goes on where a page ended. A token names the last model of its page, so that
 * a list that changes in between skips and repeats nothing else.
 */
final class BifrostModels {

  static final int PAGE_SIZE_MAX = 1000;

  private BifrostModels() {}

  static Rendered page(String query, List<ModelEntry> models) {
    Map<String, List<String>> parameters = new QueryStringDecoder("?" + query).parameters();
    String provider = parameter(parameters, "provider");
    String after = after(parameter(parameters, "page_token"));
    int size = size(parameters.get("page_size"));
    List<ModelEntry> rest =
        models.stream()
            .filter(model -> provider == null || model.ownedBy().equals(provider))
            .filter(model -> after == null || model.id().compareTo(after) > 0)
            .sorted(Comparator.comparing(ModelEntry::id))
            .toList();
    List<ModelEntry> page = size == 0 ? rest : rest.subList(0, Math.min(size, rest.size()));
    StringBuilder text = OpenAiModels.open(page);
    if (page.size() < rest.size()) {
      text.append(",\"next_page_token\":");
      JsonText.quote(token(page.getLast().id()), text);
    }
    text.append(",\"extra_fields\":{\"request_type\":\"list_models\"}}");
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    return new Rendered(
        HttpResponseStatus.OK, headers, text.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable String parameter(Map<String, List<String>> parameters, String name) {
    List<String> values = parameters.get(name);
    return values == null || values.getFirst().isEmpty() ? null : values.getFirst();
  }

  /** The page's size; 0 where none is asked for. An empty one is none that can be. */
  private static int size(@Nullable List<String> values) {
    if (values == null) {
      return 0;
    }
    try {
      int size = Integer.parseInt(values.getFirst());
      if (size >= 1 && size <= PAGE_SIZE_MAX) {
        return size;
      }
    } catch (NumberFormatException _) {
      // Told below.
    }
    throw refused("page_size", "`page_size` must be an integer between 1 and " + PAGE_SIZE_MAX);
  }

  private static String token(String lastId) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(lastId.getBytes(StandardCharsets.UTF_8));
  }

  private static @Nullable String after(@Nullable String token) {
    if (token == null) {
      return null;
    }
    try {
      return new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException _) {
      throw refused("page_token", "`page_token` must be the next_page_token of an earlier page");
    }
  }

  private static GatewayException refused(String field, String message) {
    return new GatewayException(Fault.InvalidRequest.of(field, message));
  }
}
