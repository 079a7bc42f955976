/**
 * What codecs share that put a conversation in the words of a provider which is stricter than the
 * client: turns in order, tools in disguise, forms and thoughts as far as they can be asked for. No
 * wire format of its own, no I/O, and no names of models.
 */
@NullMarked
package dev.sluice.protocol.rewording;

import org.jspecify.annotations.NullMarked;
