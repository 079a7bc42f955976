package dev.sluice.chat;

import org.jspecify.annotations.Nullable;

/** Where an image, a sound, a film or a document is to be had. */
public sealed interface Media {

  /**
   * By its address, which may be {@code https:}, {@code gs:} or {@code s3:}.
   *
   * @param url as given; never a {@code data:} URL
   * @param mediaType what it is, such as {@code image/png}; {@code null} where it was not said
   */
  record Remote(String url, @Nullable String mediaType) implements Media {
    public Remote {
      if (url.isEmpty()) {
        throw new IllegalArgumentException("url is empty");
      }
    }
  }

  /**
   * In the request itself.
   *
   * @param mediaType such as {@code image/png}; not empty; checked against the bytes by nobody yet
   * @param base64 the bytes in base 64, as given
   */
  record Inline(String mediaType, String base64) implements Media {
    public Inline {
      if (mediaType.isEmpty()) {
        throw new IllegalArgumentException("mediaType is empty");
      }
    }
  }

  /**
   * A document that is plain text.
   *
   * @param mediaType such as {@code text/plain}
   * @param text the document
   */
  record Written(String mediaType, String text) implements Media {}

  /**
   * Uploaded to a provider before. Such an id means nothing to any other provider.
   *
   * @param id the provider's id for it
   * @param protocol the protocol whose id it is, such as {@code openai}
   */
  record Uploaded(String id, String protocol) implements Media {}
}
