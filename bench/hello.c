/* The smallest CGI program: it shows what starting a process costs. */
#include <unistd.h>

int
main(void)
{
	static const char answer[] =
	    "Content-Type: text/plain\r\n\r\nHello.\n";

	return write(1, answer, sizeof(answer) - 1) == sizeof(answer) - 1 ?
	    0 : 1;
}
