// Says whether a program computes on other systems what it computes here: it is published for them, run there by what plays them,
// and compared. Arguments: names of systems (windows arm musl; all unless given). With here, the name of a part and a file it is what is run there.
using System.Globalization;
using Attention.Elsewhere;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return args is [Here.Command, string part, string file] ? Here.Run(part, file) : Journey.Run(args);
