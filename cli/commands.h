/* The commands that act on voters and users.  argv[0] is the command's name. */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

int	 import_main(int argc, char **argv);
int	 export_main(int argc, char **argv);
int	 check_main(int argc, char **argv);
int	 user_main(int argc, char **argv);
int	 token_main(int argc, char **argv);
int	 opt_out_main(int argc, char **argv);
int	 audit_main(int argc, char **argv);
int	 tidy_main(int argc, char **argv);
int	 move_main(int argc, char **argv);

#endif
