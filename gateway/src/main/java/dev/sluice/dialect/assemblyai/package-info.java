/**
 * The front door that speaks AssemblyAI's LLM Gateway API: {@code prompt} beside {@code messages},
 * fallbacks that override fields, its envelope around answers and its two error shapes. They live
 * here and nowhere else.
 */
@NullMarked
package dev.sluice.dialect.assemblyai;

import org.jspecify.annotations.NullMarked;
