/// `headgate smoke`: whether what enters a gateway arrives, and what must not arrive does not.
@NullMarked
package dev.headgate.gateway.smoke;

import org.jspecify.annotations.NullMarked;
