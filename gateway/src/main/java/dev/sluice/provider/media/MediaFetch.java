package dev.sluice.provider.media;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.config.MediaSettings;
import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All files of one request: a few at a time, each address once however often it is named, within
 * one time limit. Owned by its event loop.
 */
final class MediaFetch implements MediaFetcher.Fetching {

  /**
   * How often a file's base 64 is in memory for each place that it is named in: as text, in the
   * provider's request as it is written, which may take twice what is in it, and as it is sent.
   */
  private static final int COPIES = 4;

  private final ChatRequest request;
  private final EventLoop loop;
  private final MediaFetcher.Callback callback;

  private final List<Message> messages = new ArrayList<>();
  private final Map<String, Wanted> wanted = new LinkedHashMap<>();
  private final ArrayDeque<Wanted> waiting = new ArrayDeque<>();
  private final List<Download> running = new ArrayList<>();

  private Function<Download.Ending, Download> downloads =
      ending -> {
        throw new IllegalStateException("not begun");
      };
  private @Nullable MemoryBudget budget;
  private @Nullable ScheduledFuture<?> deadline;
  private long heldBytes;
  private int missing;
  private boolean over;

  /** A place that a file is wanted in. */
  private record Place(int message, int part, Part what, String field) {}

  /** A file that is wanted. */
  private static final class Wanted {
    private final WebAddress address;
    private final List<Place> places = new ArrayList<>();
    private Media.@Nullable Inline found;

    Wanted(WebAddress address) {
      this.address = address;
    }

    String field() {
      return places.getFirst().field();
    }
  }

  MediaFetch(ChatRequest request, EventLoop loop, MediaFetcher.Callback callback) {
    this.request = request;
    this.loop = loop;
    this.callback = callback;
    this.messages.addAll(request.messages());
  }

  /**
   * Looks at all parts: mends what came with the request, and notes what is to be fetched.
   *
   * @throws GatewayException where one of them is wrong already
   */
  void collect(Needs needs, MediaSettings settings) {
    for (int i = 0; i < messages.size(); i++) {
      List<Part> parts = messages.get(i).parts();
      for (int j = 0; j < parts.size(); j++) {
        Part part = parts.get(j);
        Media source = MediaParts.source(part);
        if (source == null) {
          continue;
        }
        String field = MediaParts.field(part, i, j);
        if (source instanceof Media.Inline inline) {
          Media.Inline checked = MediaParts.checked(inline, field);
          if (!checked.equals(inline)) {
            place(i, j, part, checked);
          }
        } else if (source instanceof Media.Remote remote && needs.bytesOf(remote)) {
          want(remote, new Place(i, j, part, field), settings);
        }
      }
    }
  }

  private void want(Media.Remote remote, Place place, MediaSettings settings) {
    missing++;
    if (missing > settings.perRequest()) {
      throw refused(
          place.field(), "a request may name " + settings.perRequest() + " files by their address");
    }
    Wanted known = wanted.get(remote.url());
    if (known == null) {
      WebAddress address =
          switch (WebAddress.read(remote.url())) {
            case WebAddress.Read.Good good -> good.address();
            case WebAddress.Read.Bad bad ->
                throw refused(place.field(), "the address " + bad.reason());
          };
      String wrong = Download.wrong(address, settings);
      if (wrong != null) {
        throw refused(place.field(), wrong);
      }
      known = new Wanted(address);
      wanted.put(remote.url(), known);
    }
    known.places.add(place);
  }

  private static GatewayException refused(String field, String reason) {
    return new GatewayException(fault(field, reason));
  }

  private static Fault fault(String field, String reason) {
    return Fault.InvalidRequest.of(field, "`" + field + "` could not be fetched: " + reason);
  }

  /** Begins to fetch, or tells that there is nothing to be fetched. */
  void begin(
      MediaSettings settings, Function<Download.Ending, Download> making, MemoryBudget bounding) {
    if (wanted.isEmpty()) {
      over = true;
      callback.fetched(request.toBuilder().messages(messages).build());
      return;
    }
    downloads = making;
    budget = bounding;
    waiting.addAll(wanted.values());
    missing = waiting.size();
    long millis = settings.timeout().toMillis();
    deadline = loop.schedule(() -> late(millis), millis, TimeUnit.MILLISECONDS);
    for (int i = 0; i < settings.parallel(); i++) {
      next();
    }
  }

  private void next() {
    Wanted file = waiting.poll();
    if (file == null || over) {
      return;
    }
    Arrival arrival = new Arrival(file);
    Download download = downloads.apply(arrival);
    arrival.download = download;
    running.add(download);
    download.begin(file.address);
  }

  private void late(long millis) {
    Wanted first = null;
    for (Wanted each : wanted.values()) {
      if (first == null && each.found == null) {
        first = each;
      }
    }
    if (first != null) {
      fail(fault(first.field(), "it did not arrive within " + millis + " ms"));
    }
  }

  private void fail(Fault fault) {
    if (!over) {
      close();
      callback.failed(fault);
    }
  }

  /** Takes what has come; it is text only for documents. */
  private void arrived(Wanted file, Gathered gathered) {
    String type = gathered.mediaType();
    for (Place place : file.places) {
      String wrong = wrong(place.what(), type, gathered.length());
      if (wrong != null) {
        gathered.close();
        fail(fault(place.field(), wrong));
        return;
      }
    }
    long bytes = (gathered.length() + 2L) / 3 * 4 * COPIES * file.places.size();
    if (budget == null || !budget.take(bytes)) {
      gathered.close();
      fail(MemoryBudget.tooMuch());
      return;
    }
    heldBytes += bytes;
    Media.Inline found = new Media.Inline(String.valueOf(type), gathered.base64());
    gathered.close();
    file.found = found;
    for (Place place : file.places) {
      place(place.message(), place.part(), place.what(), found);
    }
    missing--;
    if (missing > 0) {
      next();
      return;
    }
    over = true;
    stopClock();
    callback.fetched(request.toBuilder().messages(messages).build());
  }

  private static @Nullable String wrong(Part what, @Nullable String type, int length) {
    if (length == 0) {
      return "it is empty";
    }
    if (what instanceof Part.Image) {
      return type == null || !type.startsWith("image/")
          ? "it is no image of the kinds PNG, JPEG, GIF and WebP"
          : null;
    }
    return type == null ? "it is no PDF, no plain text and no image" : null;
  }

  private void place(int message, int part, Part what, Media source) {
    Message before = messages.get(message);
    List<Part> parts = new ArrayList<>(before.parts());
    parts.set(part, MediaParts.with(what, source));
    messages.set(message, MediaParts.with(before, parts));
  }

  @Override
  public void close() {
    over = true;
    stopClock();
    waiting.clear();
    for (Download download : List.copyOf(running)) {
      download.cancel();
    }
    running.clear();
    MemoryBudget bounding = budget;
    if (bounding != null) {
      bounding.give(heldBytes);
    }
    heldBytes = 0;
  }

  private void stopClock() {
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  /** What becomes of one file. */
  private final class Arrival implements Download.Ending {
    private final Wanted file;
    private @Nullable Download download;

    Arrival(Wanted file) {
      this.file = file;
    }

    @Override
    public void complete(Gathered gathered) {
      gone();
      arrived(file, gathered);
    }

    @Override
    public void unavailable(String reason) {
      gone();
      fail(fault(file.field(), reason));
    }

    @Override
    public void noRoom() {
      gone();
      fail(MemoryBudget.tooMuch());
    }

    private void gone() {
      if (download != null) {
        running.remove(download);
      }
    }
  }
}
