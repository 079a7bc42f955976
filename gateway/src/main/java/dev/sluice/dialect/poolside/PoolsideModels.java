package dev.sluice.dialect.poolside;

import dev.sluice.dialect.ModelEntry;
import dev.sluice.dialect.Rendered;
import dev.sluice.dialect.RequestHead;
import dev.sluice.json.JsonText;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The list of models, by name. */
final class PoolsideModels {

  private static final String SCHEMA_NAME = PoolsideFields.name(PoolsideFields.MODEL_LIST);

  private PoolsideModels() {}

  static Rendered list(RequestHead head, List<ModelEntry> models) {
    List<ModelEntry> sorted = new ArrayList<>(models);
    sorted.sort(Comparator.comparing(ModelEntry::id));
    String schema = SchemaLink.schema(head, SCHEMA_NAME);
    StringBuilder text = new StringBuilder(128 + sorted.size() * 96);
    text.append("{\"$schema\":");
    JsonText.quote(schema, text);
    text.append(",\"data\":[");
    for (int i = 0; i < sorted.size(); i++) {
      ModelEntry model = sorted.get(i);
      text.append(i == 0 ? "" : ",").append("{\"id\":");
      JsonText.quote(model.id(), text);
      text.append(",\"created\":").append(model.created());
      text.append(",\"owned_by\":");
      JsonText.quote(model.ownedBy(), text);
      text.append(",\"object\":\"model\"}");
    }
    text.append("],\"object\":\"list\"}\n");
    HttpHeaders headers = new DefaultHttpHeaders();
    headers.set(HttpHeaderNames.CONTENT_TYPE, "application/json");
    headers.set(SchemaLink.HEADER, SchemaLink.value(schema));
    return new Rendered(
        HttpResponseStatus.OK, headers, text.toString().getBytes(StandardCharsets.UTF_8));
  }
}
