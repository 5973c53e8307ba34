using Attention.Generator.Emit;
using Attention.Generator.Graph;
using Attention.Generator.Planning;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Operations;

/// <summary>The keys that each row sees of its own label, where before each block of another stage's rows a block of the stage's own stands.</summary>
/// <param name="Others">The other stage's rows.</param>
/// <param name="Block">How many rows of the stage have one label.</param>
/// <param name="OtherBlock">How many of the other stage's.</param>
internal sealed record BlockBounds(int Result, Spot Spot, int Others, int Block, int OtherBlock) : PlannedOperation(Result, Spot)
{
    public override EquatableArray<int> Reads => EquatableArray.Of(Others);

    public override string Word => "bounds";

    public override Shape ShapeOf(IShapes shapes) => new(shapes.Given, 2);

    public override void Plan(StagePlanner plan) => plan.Add(new Call(plan.ShapeOf(Result).Rows, plan.ShapeOf(Others).Rows, Block, OtherBlock, plan.PlaceOf(Result)));

    internal sealed record Call(RowCount Rows, RowCount OtherRows, int Block, int OtherBlock, RowPlace Destination) : Step, ICall
    {
        public override bool GoesBySequence => true;

        public string Story => "what labels equal to a row's own let it see";

        public void Write(StageCode code) =>
            code.Line($"RowLabels.BoundsOfBlocks({code.RowsOf(Rows)}, {Number(Block)}, {code.RowsOf(OtherRows)}, {Number(OtherBlock)}, {code.At(Destination)});");
    }
}
