using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Planning;

namespace Attention.Generator.Operations;

/// <summary>The keys that each row sees by labels, which never fall: where they begin and end.</summary>
/// <param name="Queries">The labels of the rows.</param>
/// <param name="Keys">The labels of what they see.</param>
/// <param name="UpTo">Whether rows see smaller labels too.</param>
/// <param name="Other">The stage whose rows they see, null for the stage's own.</param>
internal sealed record LabelBounds(int Result, Spot Spot, int Queries, int Keys, bool UpTo, int? Other) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Queries, Keys);

    public override int? OtherStage => Other;

    public override string Word => "bounds";

    public override Shape ShapeOf(IShapes shapes) => shapes[Queries];

    public override void Plan(StagePlanner plan) => plan.Add(new Call(plan.ShapeOf(Result).Rows, plan.PlaceOf(Queries), plan.PlaceOf(Keys), UpTo, Other, plan.PlaceOf(Result)));

    internal sealed record Call(RowCount Count, RowPlace Queries, RowPlace Keys, bool UpTo, int? Other, RowPlace Destination) : Step, ICall
    {
        public override bool GoesBySequence => true;

        public string Story => $"what labels {(UpTo ? "up to a row's own" : "equal to a row's own")} let it see";

        public void Write(StageCode code)
        {
            string upTo = StageCode.Bool(UpTo);
            if (Other is int other)
                code.Line($"RowLabels.BoundsOfOther({code.RowsOf(Count)}, {upTo}, {code.At(Queries)}, {code.RowsOfStage(other)}, {code.OfOther(Keys)}, {code.At(Destination)});");
            else
                code.EachSequence((rows, start, _) => code.Line($"RowLabels.BoundsOfOwn({(start is null ? code.Position : "0")}, {rows ?? code.RowsOf(Count)}, {upTo}, {code.At(Queries, start)}, {code.At(Destination, start)});"));
        }
    }
}
