package dev.sluice.protocol.openai;

/**
 * How a request is to be written, since servers of this protocol differ in what they take.
 *
 * @param tokens the name of the answer's token limit
 * @param reasoning how to say how hard to think
 * @param thoughts how earlier thoughts are given back
 * @param extensions whether fields beyond OpenAI's own are welcome
 * @param content whether system and tool messages may be lists of parts
 * @param instructions what becomes of the developer's role
 * @param deviations what the server wants otherwise than OpenAI does
 */
public record OpenAiRequestOptions(
    TokensField tokens,
    ReasoningField reasoning,
    Thoughts thoughts,
    Extensions extensions,
    Content content,
    Instructions instructions,
    OpenAiDeviations deviations) {

  /** OpenAI itself, and Azure. */
  public static final OpenAiRequestOptions OFFICIAL =
      new OpenAiRequestOptions(
          TokensField.MAX_COMPLETION_TOKENS,
          ReasoningField.EFFORT,
          Thoughts.OMIT,
          Extensions.DROP,
          Content.PARTS,
          Instructions.AS_GIVEN);

  /** A server of which nothing is known but that it speaks the protocol. */
  public static final OpenAiRequestOptions COMPATIBLE =
      new OpenAiRequestOptions(
          TokensField.MAX_TOKENS,
          ReasoningField.EFFORT,
          Thoughts.REASONING_CONTENT,
          Extensions.WRITE,
          Content.PARTS,
          Instructions.AS_SYSTEM);

  /** Mistral: thoughts are parts of the content, and much has words of its own. */
  public static final OpenAiRequestOptions MISTRAL =
      new OpenAiRequestOptions(
          TokensField.MAX_TOKENS,
          ReasoningField.EFFORT,
          Thoughts.PARTS,
          Extensions.DROP,
          Content.PARTS,
          Instructions.AS_SYSTEM,
          OpenAiDeviations.MISTRAL);

  /** For a server that deviates in nothing else. */
  public OpenAiRequestOptions(
      TokensField tokens,
      ReasoningField reasoning,
      Thoughts thoughts,
      Extensions extensions,
      Content content,
      Instructions instructions) {
    this(tokens, reasoning, thoughts, extensions, content, instructions, OpenAiDeviations.NONE);
  }

  /** The token limit's names. */
  public enum TokensField {
    /** The old one, which OpenAI's reasoning models refuse. */
    MAX_TOKENS,
    /** The new one, which many other servers don't know. */
    MAX_COMPLETION_TOKENS
  }

  /** Ways to ask for reasoning. */
  public enum ReasoningField {
    /** {@code reasoning_effort}, OpenAI's. */
    EFFORT,
    /** {@code reasoning: {effort, max_tokens, …}}, OpenRouter's. */
    OBJECT,
    /** {@code thinking: {type, budget_tokens}}, Z.ai's and DeepSeek's. */
    THINKING
  }

  /** Ways to give thoughts back. */
  public enum Thoughts {
    /** Not at all. */
    OMIT,
    /** {@code reasoning_content}: DeepSeek, Z.ai, vLLM. */
    REASONING_CONTENT,
    /** {@code reasoning}: Groq, Cerebras, Ollama. */
    REASONING,
    /** {@code reasoning_details}, with signatures: OpenRouter, and gateways like this one. */
    DETAILS,
    /** Parts of the content: Mistral. */
    PARTS
  }

  /** What becomes of fields that OpenAI doesn't know. */
  public enum Extensions {
    WRITE,
    DROP
  }

  /** What system and tool messages may hold. */
  public enum Content {
    PARTS,
    /** Strings only: texts are joined with a blank line. */
    STRINGS
  }

  /** What becomes of the developer's role. */
  public enum Instructions {
    AS_GIVEN,
    AS_SYSTEM
  }
}
