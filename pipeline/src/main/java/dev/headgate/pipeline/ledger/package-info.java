/// The counters with their reasons and the conservation equation.
@NullMarked
package dev.headgate.pipeline.ledger;

import org.jspecify.annotations.NullMarked;
