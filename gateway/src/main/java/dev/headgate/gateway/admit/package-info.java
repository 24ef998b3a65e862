/// Who may send, and whether there is room: the decisions before a body is read.
@NullMarked
package dev.headgate.gateway.admit;

import org.jspecify.annotations.NullMarked;
