package dev.sluice.protocol.anthropic;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Losses;
import dev.sluice.chat.Message;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import dev.sluice.protocol.rewording.Disguise;
import dev.sluice.protocol.rewording.Instructions;
import java.util.List;

/**
 * Requests of Anthropic's Messages protocol into the model and out of it. What a decoder finds it
 * writes again in one normal form: {@code null} for nothing is left out, a lone text is a string,
 * neighbouring turns of one role are one turn with the tools' results in front.
 */
public final class AnthropicRequests {

  private static final String LATE_INSTRUCTIONS = "mid-conversation-system-2026-04-07";

  private AnthropicRequests() {}

  /**
   * Reads {@code bytes[from, to)}.
   *
   * @throws dev.sluice.json.MalformedJson where the text is not JSON
   * @throws dev.sluice.json.MisshapenJson where it is not a request; names the field
   */
  public static ChatRequest decode(byte[] bytes, int from, int to) {
    return new RequestReader(new JsonReader(bytes, from, to, Anthropic.NAMES)).read();
  }

  /**
   * Writes {@code request}.
   *
   * @param options what the model and its platform take
   * @param out where to; nothing may stand before
   * @param losses gets the fields that can't be carried, as a client of OpenAI's protocol calls
   *     them
   * @return what is needed to read the answer in the client's words
   * @throws dev.sluice.chat.GatewayException with a {@link dev.sluice.chat.Fault.InvalidRequest}
   *     that names the message, where leaving something out would change what was asked: no
   *     messages, sound and film, another provider's files, a result that answers no call
   */
  public static Disguise encode(
      ChatRequest request, AnthropicRequestOptions options, JsonWriter out, Losses losses) {
    return new RequestWriter(request, options, out, losses).write();
  }

  /**
   * The betas without which the provider would refuse the request as {@link #encode} writes it.
   *
   * @param options how it will be written
   */
  public static List<String> betasOf(ChatRequest request, AnthropicRequestOptions options) {
    boolean inRole =
        options.instructions() == Instructions.IN_PLACE
            && options.abilities().lateInstructions()
                == AnthropicAbilities.LateInstructions.ACCEPTED;
    return inRole && hasLateInstructions(request) ? List.of(LATE_INSTRUCTIONS) : List.of();
  }

  private static boolean hasLateInstructions(ChatRequest request) {
    boolean begun = false;
    for (Message message : request.messages()) {
      boolean instructs = message instanceof Message.System || message instanceof Message.Developer;
      if (instructs && begun) {
        return true;
      }
      begun |= !instructs;
    }
    return false;
  }
}
