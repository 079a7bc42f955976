/**
 * The front door that speaks poolside's OpenAI-compatible API below {@code /openai}. Its fields,
 * schemas, problem documents and the fitting of chunks to its schema live here and nowhere else.
 */
@NullMarked
package dev.sluice.dialect.poolside;

import org.jspecify.annotations.NullMarked;
