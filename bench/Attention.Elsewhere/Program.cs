// Says whether a program computes on other systems what it computes here: it is published for them, run there by what plays them,
// and compared. Arguments: names of systems (windows arm musl; all unless given). With the argument here and the name of a part it is what is run there.
using System.Globalization;
using Attention.Elsewhere;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
return args is [Here.Command, string part] ? Here.Run(part) : Journey.Run(args);
